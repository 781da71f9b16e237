import { isObject, type JsonObject } from "../shared/json-object.ts";
import { VerbError } from "../shared/verb-error.ts";
import { codePoints } from "./block-kit-check.ts";
import { findOption } from "./find-button.ts";
import type { SlackView } from "./state.ts";
import { elementsOf } from "./validate-blocks.ts";

/** As in `view.state.values`: by block_id, then by action_id. */
export type FormValues = Readonly<Record<string, Readonly<Record<string, JsonObject>>>>;

/** The filled form, and what Slack's client itself would not send, by block_id. */
export type FilledForm = {
  readonly values: FormValues;
  readonly errors: Readonly<Record<string, string>>;
};

/**
 * The state of a view as it would be submitted with these values: initial values where none is given, null for
 * empty fields. Required fields and lengths are checked as Slack's client does before it sends anything.
 * Throws `bad values` for a block, field or option that the view does not have.
 */
export function fillForm(view: SlackView, given: FormValues): FilledForm {
  const values: Record<string, Record<string, JsonObject>> = {};
  const errors: Record<string, string> = {};
  for (const block of view.blocks) {
    const blockId = String(block.block_id);
    for (const { element } of elementsOf(block)) {
      if (element.type === "button" || typeof element.type !== "string" || !("action_id" in element))
        continue;
      const actionId = String(element.action_id);
      const value = fieldValue(element, given[blockId]?.[actionId]);
      values[blockId] = { ...values[blockId], [actionId]: value };
      const problem = block.type === "input" ? fieldProblem(block, element, value) : undefined;
      if (problem !== undefined) errors[blockId] = problem;
    }
  }
  for (const [blockId, fields] of Object.entries(given)) {
    for (const actionId of Object.keys(fields)) {
      if (values[blockId]?.[actionId] === undefined)
        throw new VerbError("bad_values", `${blockId}.${actionId}`);
    }
  }
  return { values, errors };
}

const typed = new Set(["plain_text_input", "email_text_input", "url_text_input", "number_input"]);
const fieldNames: Readonly<Record<string, readonly [string, string]>> = {
  datepicker: ["selected_date", "initial_date"],
  timepicker: ["selected_time", "initial_time"],
  users_select: ["selected_user", "initial_user"],
  channels_select: ["selected_channel", "initial_channel"],
  conversations_select: ["selected_conversation", "initial_conversation"],
};

function fieldValue(element: JsonObject, given: JsonObject | undefined): JsonObject {
  const type = String(element.type);
  if (typed.has(type)) {
    const value = given === undefined ? element.initial_value : given.value;
    return { type, value: value === undefined || value === "" ? null : value };
  }
  if (type.startsWith("multi_") || type === "checkboxes") {
    const chosen = given?.selected_options ?? element.initial_options ?? [];
    if (!Array.isArray(chosen))
      throw new VerbError("bad_values", `${String(element.action_id)} takes a list`);
    return { type, selected_options: chosen.map((option: unknown) => known(element, option)) };
  }
  const [name, initial] = fieldNames[type] ?? ["selected_option", "initial_option"];
  const chosen = (given === undefined ? element[initial] : given[name]) ?? null;
  if (chosen === null || name !== "selected_option") return { type, [name]: chosen };
  return { type, selected_option: known(element, chosen) };
}

/** The option as the view has it; a caller may give only its `value`. */
function known(element: JsonObject, option: unknown): JsonObject {
  const value = isObject(option) ? option.value : option;
  if (element.type === "external_select" && isObject(option)) return option;
  const found = findOption(element, value);
  if (found === undefined) throw new VerbError("bad_values", `no option ${String(value)}`);
  return found;
}

function fieldProblem(block: JsonObject, element: JsonObject, value: JsonObject): string | undefined {
  const { type: _type, ...rest } = value;
  const [filled] = Object.values(rest);
  const isEmpty = filled === null || (Array.isArray(filled) && filled.length === 0);
  if (isEmpty) return block.optional === true ? undefined : "Please complete this required field.";
  if (typeof filled !== "string") return undefined;
  const length = codePoints(filled);
  const min = Number(element.min_length ?? 0);
  const max = Number(element.max_length ?? 3000);
  if (length < min) return `Must be at least ${min} characters`;
  if (length > max) return `Must be at most ${max} characters`;
  return undefined;
}
