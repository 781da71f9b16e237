import { isObject, type JsonObject } from "../shared/json-object.ts";
import type { Check } from "./block-kit-check.ts";
import { all, boolean, byType, httpUrl, list, object, oneOf, string } from "./block-kit-check.ts";
import { blockKitLimits as limits } from "./block-kit-limits.ts";

/** A `plain_text` object; Slack takes nothing else in headers, buttons, titles, labels and select options. */
export function plainText(max: number): Check {
  return object({ type: oneOf("plain_text"), text: string(max) }, { emoji: boolean });
}

/** A `plain_text` or `mrkdwn` object. */
export function anyText(max: number): Check {
  return byType({
    plain_text: plainText(max),
    mrkdwn: object({ type: oneOf("mrkdwn"), text: string(max) }, { verbatim: boolean }),
  });
}

/** The dialog that asks "are you sure" before a click is sent. */
export const confirmDialog = object(
  {
    title: plainText(limits.confirmTitle),
    text: anyText(limits.confirmText),
    confirm: plainText(limits.confirmAnswer),
    deny: plainText(limits.confirmAnswer),
  },
  { style: oneOf("primary", "danger") },
);

// Slack's reference: select and overflow menus take plain_text only, checkboxes and radio buttons mrkdwn too.
const plainOption = object(
  { text: plainText(limits.optionText), value: string(limits.optionValue) },
  { description: plainText(limits.optionDescription) },
);
const overflowOption = object(
  { text: plainText(limits.optionText), value: string(limits.optionValue) },
  { description: plainText(limits.optionDescription), url: httpUrl(limits.url) },
);
const choiceOption = object(
  { text: anyText(limits.optionText), value: string(limits.optionValue) },
  { description: anyText(limits.optionDescription) },
);

const uniqueValues: Check = (value, pointer, report) => {
  if (!Array.isArray(value)) return;
  const seen = new Set<unknown>();
  value.forEach((option, index) => {
    if (!isObject(option)) return;
    if (seen.has(option.value)) report(`${pointer}/${index}/value`, "must be unique");
    seen.add(option.value);
  });
};

/** Options of select menus. */
export const selectOptions = all(list(1, limits.selectOptions, plainOption), uniqueValues);
/** Options of checkboxes and radio buttons. */
export const choiceOptions = all(list(1, limits.choiceOptions, choiceOption), uniqueValues);
/** Options of an overflow menu: one to five. */
export const overflowOptions = list(1, limits.overflowOptions, overflowOption);
/** Groups of options of a select menu. */
export const optionGroups = list(
  1,
  limits.optionGroups,
  object({ label: plainText(limits.optionGroupLabel), options: selectOptions }, {}),
);

function offered(element: JsonObject): readonly unknown[] {
  const flat = Array.isArray(element.options) ? element.options : [];
  const groups = Array.isArray(element.option_groups) ? element.option_groups : [];
  return [
    ...flat,
    ...groups.flatMap((group) => (isObject(group) && Array.isArray(group.options) ? group.options : [])),
  ];
}

/** `initial_option` and `initial_options` must be among the options, whole and equal. */
export const initialAmongOptions: Check = (value, pointer, report) => {
  if (!isObject(value)) return;
  const known = new Set(offered(value).map((option) => canonical(option)));
  if (value.initial_option !== undefined && !known.has(canonical(value.initial_option))) {
    report(`${pointer}/initial_option`, "must be one of the provided options");
  }
  if (!Array.isArray(value.initial_options)) return;
  value.initial_options.forEach((option, index) => {
    if (!known.has(canonical(option))) {
      report(`${pointer}/initial_options/${index}`, "must be one of the provided options");
    }
  });
};

// `emoji: true` is Slack's default for plain_text, so it makes no difference between two options.
function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(",")}]`;
  if (!isObject(value)) return JSON.stringify(value) ?? "";
  const keys = Object.keys(value).filter((key) => key !== "emoji");
  return `{${keys
    .sort()
    .map((key) => `${key}:${canonical(value[key])}`)
    .join(",")}}`;
}
