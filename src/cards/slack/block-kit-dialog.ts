import type { KnownBlock, ModalView, PlainTextInput, StaticSelect } from "@slack/types";
import type { Dialog, DialogInput } from "../../nouns/dialog.ts";
import { codePoints, cutEnd } from "../text/cut-text.ts";
import { slackLimits as limits, reasonLimits } from "../text/text-limits.ts";
import { mrkdwn } from "./mrkdwn.ts";
import { plainObject, sectionsOf } from "./slack-text-object.ts";

/** `callback_id` of a dialog that asks something; its submission comes back with it. */
export const askCallbackId = "acr:ask";
/** `callback_id` of a dialog that only shows. */
const showCallbackId = "acr:show";
/** `action_id` of every input: the input's own id is its block's, `view.state.values[<id>].value`. */
const inputActionId = "value";

// A modal of a hundred blocks is long enough; more lines than these nobody reads in a dialog.
const mostLines = 300;

/** A dialog as a Slack modal within every limit; its reference is the private metadata. */
export function renderSlackDialog(dialog: Dialog): ModalView {
  const asks = dialog.submit !== undefined;
  const inputs = asks ? dialog.inputs.flatMap(inputBlock) : [];
  const lines = dialog.body.slice(0, mostLines).map((line) => mrkdwn(line, limits.text));
  const body = sectionsOf(lines, "acr:body").slice(0, limits.blocksPerView - inputs.length);
  return {
    type: "modal",
    callback_id: asks ? askCallbackId : showCallbackId,
    // Longer than any reference of ours; what is cut is not found and refused.
    private_metadata: cutEnd(dialog.reference, limits.privateMetadata),
    title: plainObject(dialog.title, limits.viewTitle),
    ...(dialog.submit === undefined ? {} : { submit: plainObject(dialog.submit, limits.viewSubmit) }),
    close: plainObject(asks ? "Cancel" : "Close", limits.viewClose),
    blocks: [...body, ...inputs].slice(0, limits.blocksPerView),
  };
}

function inputBlock(input: DialogInput): readonly KnownBlock[] {
  const isText = input.kind === "text";
  const element = isText ? textElement(input) : choiceElement(input);
  // Slack refuses a menu with nothing to choose.
  if (element.type === "static_select" && element.options?.length === 0) return [];
  const block: KnownBlock = {
    type: "input",
    block_id: input.id,
    label: plainObject(input.label, limits.inputLabel),
    element,
    ...(isText && input.hint !== undefined ? { hint: plainObject(input.hint, limits.inputHint) } : {}),
    optional: isText ? !input.required : false,
  };
  return [block];
}

function textElement(input: Extract<DialogInput, { kind: "text" }>): PlainTextInput | StaticSelect {
  const most = Math.max(1, Math.min(input.maxLength, limits.plainTextInput));
  return {
    type: "plain_text_input",
    action_id: inputActionId,
    multiline: input.multiline,
    // Spaces count here; the reason is measured again, trimmed, when it is submitted.
    ...(input.required ? { min_length: Math.min(reasonLimits.min, most) } : {}),
    max_length: most,
    ...(input.placeholder === undefined
      ? {}
      : { placeholder: plainObject(input.placeholder, limits.placeholder) }),
  };
}

function choiceElement(input: Extract<DialogInput, { kind: "choice" }>): PlainTextInput | StaticSelect {
  const unique = new Map(input.options.map((option) => [option.value, option])).values();
  const options = [...unique]
    .filter(({ value }) => value !== "" && codePoints(value) <= limits.optionValue)
    .slice(0, limits.selectOptions)
    .map(({ value, label }) => ({ text: plainObject(label, limits.optionText), value }));
  const initial = options.find(({ value }) => value === input.initial);
  const element = { type: "static_select", action_id: inputActionId, options } as const;
  return initial === undefined ? element : { ...element, initial_option: initial };
}
