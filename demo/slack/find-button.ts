import { isObject, type JsonObject } from "../shared/json-object.ts";
import type { Blocks } from "./state.ts";
import { elementsOf } from "./validate-blocks.ts";

/** Something that can be clicked or chosen, and the block that it stands in. */
export type Found = { readonly blockId: string; readonly element: JsonObject };

/**
 * The element with this `action_id` as the blocks are now; with `value`, the button that carries it or the menu
 * that offers it. Undefined when there is none.
 */
export function findButton(blocks: Blocks, actionId: string, value?: string): Found | undefined {
  for (const block of blocks) {
    if (block.type === "input") continue;
    for (const { element } of elementsOf(block)) {
      if (element.action_id !== actionId) continue;
      if (value !== undefined && element.value !== value && findOption(element, value) === undefined)
        continue;
      return { blockId: String(block.block_id), element };
    }
  }
  return undefined;
}

/** The option of a menu with this value, in groups too. */
export function findOption(element: JsonObject, value: unknown): JsonObject | undefined {
  const groups = Array.isArray(element.option_groups) ? element.option_groups : [];
  const lists = [element.options, ...groups.map((group) => (isObject(group) ? group.options : undefined))];
  for (const options of lists) {
    if (!Array.isArray(options)) continue;
    const found = options.find((option) => isObject(option) && option.value === value);
    if (isObject(found)) return found;
  }
  return undefined;
}

/** The entry of `actions` in a block_actions payload. */
export function toAction(found: Found, value: string | undefined, actionTs: string): JsonObject {
  const { element, blockId } = found;
  const base = { action_id: element.action_id, block_id: blockId, type: element.type, action_ts: actionTs };
  if (element.type !== "button") return { ...base, selected_option: findOption(element, value) ?? null };
  const sent = value ?? element.value;
  return {
    ...base,
    text: element.text,
    ...(sent === undefined ? {} : { value: sent }),
    ...(element.style === undefined ? {} : { style: element.style }),
    ...(element.url === undefined ? {} : { url: element.url }),
  };
}
