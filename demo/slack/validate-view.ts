import { isObject } from "../shared/json-object.ts";
import type { Check, Report } from "./block-kit-check.ts";
import { boolean, object, oneOf, string } from "./block-kit-check.ts";
import { plainText } from "./block-kit-composition.ts";
import { blockKitLimits as limits } from "./block-kit-limits.ts";
import { validateBlocks } from "./validate-blocks.ts";

const taken: Check = () => {};

const modal = object(
  { type: oneOf("modal"), title: plainText(limits.viewTitle), blocks: taken },
  {
    submit: plainText(limits.viewSubmit),
    close: plainText(limits.viewClose),
    private_metadata: string(limits.privateMetadata, 0),
    callback_id: string(limits.callbackId, 0),
    external_id: string(limits.externalId, 0),
    clear_on_close: boolean,
    notify_on_close: boolean,
    submit_disabled: boolean,
  },
);

/** Everything that Slack would refuse in this modal, worded as for `validateBlocks`, pointers from `/view`. */
export function validateView(view: unknown, pointer = "/view"): readonly string[] {
  const problems: string[] = [];
  const report: Report = (at, problem) => problems.push(`${problem} [json-pointer:${at}]`);
  modal(view, pointer, report);
  if (!isObject(view) || view.blocks === undefined) return problems;
  problems.push(...validateBlocks(view.blocks, "view", `${pointer}/blocks`));
  if (!Array.isArray(view.blocks) || view.submit !== undefined) return problems;
  view.blocks.forEach((block: unknown, index) => {
    if (!isObject(block) || block.type !== "input") return;
    // Recorded from Slack, word for word.
    report(`${pointer}/blocks/${index}/input`, "must define `submit` to use an `input` block in modals");
  });
  return problems;
}
