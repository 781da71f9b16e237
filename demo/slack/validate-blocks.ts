import { isObject, type JsonObject } from "../shared/json-object.ts";
import type { Check, Report } from "./block-kit-check.ts";
import { boolean, byType, list, object, oneOf, string } from "./block-kit-check.ts";
import { anyText, plainText } from "./block-kit-composition.ts";
import {
  actionElements,
  button,
  imageProperties,
  multiElements,
  typedElements,
} from "./block-kit-elements.ts";
import { blockKitLimits as limits } from "./block-kit-limits.ts";

const image = object({ type: oneOf("image"), ...imageProperties }, {});
const { button: _button, overflow: _overflow, ...choosable } = actionElements;

const section: Check = (value, pointer, report) => {
  object(
    { type: oneOf("section") },
    {
      block_id: string(limits.blockId),
      text: anyText(limits.text),
      fields: list(1, limits.sectionFields, anyText(limits.sectionFieldText)),
      accessory: byType({ ...actionElements, ...multiElements, image }),
      expand: boolean,
    },
  )(value, pointer, report);
  if (isObject(value) && value.text === undefined && value.fields === undefined) {
    report(pointer, "missing required field: text or fields");
  }
};

function block(type: string, required: Record<string, Check>, optional: Record<string, Check> = {}): Check {
  return object({ type: oneOf(type), ...required }, { block_id: string(limits.blockId), ...optional });
}

const richText = list(
  1,
  limits.blocksPerView,
  byType(
    Object.fromEntries(
      ["rich_text_section", "rich_text_list", "rich_text_quote", "rich_text_preformatted"].map((type) => [
        type,
        (value: unknown, pointer: string, report: Report) => {
          if (!isObject(value) || !Array.isArray(value.elements))
            report(pointer, "missing required field: elements");
        },
      ]),
    ),
  ),
);

const header = block("header", { text: plainText(limits.headerText) });
const context = block("context", {
  elements: list(
    1,
    limits.contextElements,
    byType({ image, plain_text: anyText(limits.text), mrkdwn: anyText(limits.text) }),
  ),
});
const actions = block("actions", {
  elements: list(1, limits.actionsElements, byType({ ...actionElements, button })),
});
const input = block(
  "input",
  {
    label: plainText(limits.inputLabel),
    element: byType({ ...choosable, ...multiElements, ...typedElements }),
  },
  { hint: plainText(limits.inputHint), optional: boolean, dispatch_action: boolean },
);

const blocksFor = byType({
  section,
  header,
  context,
  actions,
  input,
  divider: block("divider", {}),
  image: block("image", imageProperties, { title: plainText(limits.imageTitle) }),
  markdown: block("markdown", { text: string(limits.markdownText) }),
  rich_text: block("rich_text", { elements: richText }),
});

/** Where blocks are shown; a view takes 100 of them, a message 50. */
export type Surface = "message" | "view";

/**
 * Everything that Slack would refuse in these blocks, in the words that it puts into
 * `response_metadata.messages` (`must be less than 151 characters [json-pointer:/blocks/0/text/text]`).
 * An empty list means that they are taken.
 */
export function validateBlocks(blocks: unknown, surface: Surface, pointer = "/blocks"): readonly string[] {
  const problems: string[] = [];
  const report: Report = (at, problem) => problems.push(`${problem} [json-pointer:${at}]`);
  const most = surface === "message" ? limits.blocksPerMessage : limits.blocksPerView;
  list(0, most, blocksFor)(blocks, pointer, report);
  if (!Array.isArray(blocks)) return problems;
  reportRepeatedIds(blocks, pointer, report);
  return problems;
}

/** The elements of a block that have an `action_id`, each with its pointer below the block. */
export function elementsOf(
  block: JsonObject,
): readonly { readonly at: string; readonly element: JsonObject }[] {
  const lone = [
    { at: "/accessory", element: block.accessory },
    { at: "/element", element: block.element },
  ];
  const inList = Array.isArray(block.elements) ? block.elements : [];
  const found = [
    ...lone,
    ...inList.map((element: unknown, index) => ({ at: `/elements/${index}`, element })),
  ];
  return found.flatMap(({ at, element }) => (isObject(element) ? [{ at, element }] : []));
}

function reportRepeatedIds(blocks: readonly unknown[], pointer: string, report: Report): void {
  const blockIds = new Set<unknown>();
  blocks.forEach((entry, index) => {
    if (!isObject(entry)) return;
    const at = `${pointer}/${index}`;
    if (entry.block_id !== undefined && blockIds.has(entry.block_id)) {
      report(`${at}/block_id`, `\`block_id\` "${String(entry.block_id)}" already exists`);
    }
    blockIds.add(entry.block_id);
    const actionIds = new Set<unknown>();
    for (const { at: below, element } of elementsOf(entry)) {
      if (element.action_id === undefined) continue;
      if (actionIds.has(element.action_id)) {
        report(`${at}${below}/action_id`, `\`action_id\` "${String(element.action_id)}" already exists`);
      }
      actionIds.add(element.action_id);
    }
  });
}
