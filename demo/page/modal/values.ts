import type { Block, Field, Option } from "../block-kit.ts";
import { optionsOf } from "../block-kit.ts";

/** What people have entered, by block and action: a text, or the values of the chosen options. */
export type Entered = Readonly<Record<string, Readonly<Record<string, string | readonly string[]>>>>;

/** One field's value in the shape of Slack's `view.state.values`. */
type SlackValue =
  | { readonly type: string; readonly value: string | null }
  | { readonly type: string; readonly selected_option: Option | null }
  | { readonly type: string; readonly selected_options: readonly Option[] };

export type SlackValues = Readonly<Record<string, Readonly<Record<string, SlackValue>>>>;

type PlacedField = { readonly blockId: string; readonly field: Field; readonly required: boolean };

const isField = (element: { readonly type: string }): element is Field =>
  element.type !== "button" && element.type !== "image";

/** Every field of a view with the id of its block; blocks without an id get the one the page draws them with. */
export function fieldsOf(blocks: readonly Block[]): readonly PlacedField[] {
  return blocks.flatMap((block, index): readonly PlacedField[] => {
    const blockId = block.block_id ?? `block-${index}`;
    const loose = (element: { readonly type: string }): readonly PlacedField[] =>
      isField(element) ? [{ blockId, field: element, required: false }] : [];
    if (block.type === "input") return [{ blockId, field: block.element, required: block.optional !== true }];
    if (block.type === "section") return block.accessory ? loose(block.accessory) : [];
    return block.type === "actions" ? block.elements.flatMap(loose) : [];
  });
}

const isText = (field: Field): boolean => field.type.endsWith("_input");
const isMany = (field: Field): boolean => field.type === "checkboxes" || field.type === "multi_static_select";

/** What a field holds: what was entered, else what it began with. */
export function enteredIn(entered: Entered, blockId: string, field: Field): string | readonly string[] {
  const now = entered[blockId]?.[field.action_id];
  if (now !== undefined) return now;
  if ("initial_value" in field) return field.initial_value ?? "";
  if ("initial_options" in field) return field.initial_options?.map((option) => option.value) ?? [];
  if ("initial_option" in field) return field.initial_option ? [field.initial_option.value] : [];
  return isText(field) ? "" : [];
}

/** The values as Slack sends them with view_submission. */
export function slackValues(blocks: readonly Block[], entered: Entered): SlackValues {
  const values: Record<string, Record<string, SlackValue>> = {};
  for (const { blockId, field } of fieldsOf(blocks)) {
    const block = values[blockId] ?? {};
    values[blockId] = { ...block, [field.action_id]: slackValue(field, enteredIn(entered, blockId, field)) };
  }
  return values;
}

function slackValue(field: Field, held: string | readonly string[]): SlackValue {
  const { type } = field;
  if (typeof held === "string") return { type, value: held === "" ? null : held };
  const chosen = "options" in field || "option_groups" in field ? optionsOf(field) : [];
  const selected = chosen.filter((option) => held.includes(option.value));
  return isMany(field)
    ? { type, selected_options: selected }
    : { type, selected_option: selected[0] ?? null };
}

/** What Slack's own client refuses before anything is sent: by block id, the sentence to show. */
export function missingIn(blocks: readonly Block[], entered: Entered): Readonly<Record<string, string>> {
  const problems: Record<string, string> = {};
  for (const { blockId, field, required } of fieldsOf(blocks)) {
    const held = enteredIn(entered, blockId, field);
    if (required && held.length === 0) problems[blockId] = "Please complete this required field.";
    else if (
      typeof held === "string" &&
      held !== "" &&
      "min_length" in field &&
      held.length < (field.min_length ?? 0)
    ) {
      problems[blockId] = `Please enter at least ${field.min_length} characters.`;
    }
  }
  return problems;
}
