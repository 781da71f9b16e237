import { isObject } from "../shared/json-object.ts";
import type { Check } from "./block-kit-check.ts";
import { all, anyString, boolean, httpUrl, integer, list, object, oneOf, string } from "./block-kit-check.ts";
import {
  choiceOptions,
  confirmDialog,
  initialAmongOptions,
  optionGroups,
  overflowOptions,
  plainText,
  selectOptions,
} from "./block-kit-composition.ts";
import { blockKitLimits as limits } from "./block-kit-limits.ts";

const anyDate: Check = (value, pointer, report) => {
  const real =
    typeof value === "string" && /^\d{4}-\d{2}-\d{2}$/.test(value) && !Number.isNaN(Date.parse(value));
  if (!real) report(pointer, "must be a valid date");
};

const time: Check = (value, pointer, report) => {
  if (typeof value !== "string" || !/^([01]\d|2[0-3]):[0-5]\d$/.test(value))
    report(pointer, "must be a valid time");
};

const anyObject: Check = (value, pointer, report) => {
  if (!isObject(value)) report(pointer, "must provide an object");
};

type Properties = Readonly<Record<string, Check>>;

function interactive(type: string, required: Properties, optional: Properties): Check {
  const common = { action_id: string(limits.actionId), confirm: confirmDialog };
  return object({ type: oneOf(type), ...required }, { ...common, ...optional });
}

function input(type: string, required: Properties, optional: Properties): Check {
  const common = {
    action_id: string(limits.actionId),
    focus_on_load: boolean,
    placeholder: plainText(limits.placeholder),
    dispatch_action_config: anyObject,
  };
  return object({ type: oneOf(type), ...required }, { ...common, ...optional });
}

const optionsOrGroups: Check = (value, pointer, report) => {
  if (!isObject(value)) return;
  if ((value.options === undefined) === (value.option_groups === undefined)) {
    report(pointer, "must provide exactly one of: options, option_groups");
  }
};

const menu = { placeholder: plainText(limits.placeholder), focus_on_load: boolean };
const many = { ...menu, max_selected_items: integer(1, 100) };
const option = object(
  { text: plainText(limits.optionText), value: string(limits.optionValue) },
  {
    description: plainText(limits.optionDescription),
  },
);
const ids = list(0, 100, string(255));

/** An image by public address; also a block of its own with `title`. */
export const imageProperties = {
  image_url: httpUrl(limits.imageUrl),
  alt_text: string(limits.imageAltText),
} as const;

/** A button; its text is plain_text only. */
export const button = interactive(
  "button",
  { text: plainText(limits.buttonText) },
  {
    value: string(limits.buttonValue),
    url: httpUrl(limits.url),
    style: oneOf("primary", "danger"),
    accessibility_label: string(limits.accessibilityLabel),
  },
);

const staticSelect = { options: selectOptions, option_groups: optionGroups };
const conversations = { default_to_current_conversation: boolean, filter: anyObject };

/** Every element that can be clicked or chosen outside a form, by its `type`. */
export const actionElements: Properties = {
  button,
  overflow: interactive("overflow", { options: overflowOptions }, {}),
  checkboxes: all(
    interactive(
      "checkboxes",
      { options: choiceOptions },
      { initial_options: choiceOptions, focus_on_load: boolean },
    ),
    initialAmongOptions,
  ),
  radio_buttons: all(
    interactive(
      "radio_buttons",
      { options: choiceOptions },
      { initial_option: anyObject, focus_on_load: boolean },
    ),
    initialAmongOptions,
  ),
  datepicker: interactive("datepicker", {}, { ...menu, initial_date: anyDate }),
  timepicker: interactive("timepicker", {}, { ...menu, initial_time: time, timezone: string(100) }),
  datetimepicker: interactive(
    "datetimepicker",
    {},
    { initial_date_time: integer(0, 9_999_999_999), focus_on_load: boolean },
  ),
  static_select: all(
    interactive("static_select", {}, { ...menu, ...staticSelect, initial_option: option }),
    optionsOrGroups,
    initialAmongOptions,
  ),
  external_select: interactive(
    "external_select",
    {},
    { ...menu, initial_option: option, min_query_length: integer(0, 100) },
  ),
  users_select: interactive("users_select", {}, { ...menu, initial_user: string(255) }),
  conversations_select: interactive(
    "conversations_select",
    {},
    { ...menu, ...conversations, initial_conversation: string(255), response_url_enabled: boolean },
  ),
  channels_select: interactive(
    "channels_select",
    {},
    { ...menu, initial_channel: string(255), response_url_enabled: boolean },
  ),
};

/** Menus that take more than one choice: in sections and inputs only. */
export const multiElements: Properties = {
  multi_static_select: all(
    interactive("multi_static_select", {}, { ...many, ...staticSelect, initial_options: selectOptions }),
    optionsOrGroups,
    initialAmongOptions,
  ),
  multi_external_select: interactive(
    "multi_external_select",
    {},
    { ...many, initial_options: selectOptions, min_query_length: integer(0, 100) },
  ),
  multi_users_select: interactive("multi_users_select", {}, { ...many, initial_users: ids }),
  multi_conversations_select: interactive(
    "multi_conversations_select",
    {},
    { ...many, ...conversations, initial_conversations: ids },
  ),
  multi_channels_select: interactive("multi_channels_select", {}, { ...many, initial_channels: ids }),
};

const lengthsInOrder: Check = (value, pointer, report) => {
  if (!isObject(value)) return;
  const { min_length: min, max_length: max } = value;
  if (typeof min === "number" && typeof max === "number" && min > max) {
    report(`${pointer}/min_length`, "must be less than or equal to max_length");
  }
};

/** Fields that are typed into: in input blocks only. */
export const typedElements: Properties = {
  plain_text_input: all(
    input(
      "plain_text_input",
      {},
      {
        initial_value: string(limits.plainTextInput, 0),
        multiline: boolean,
        min_length: integer(0, limits.plainTextInput),
        max_length: integer(1, limits.plainTextInput),
      },
    ),
    lengthsInOrder,
  ),
  email_text_input: input("email_text_input", {}, { initial_value: anyString }),
  url_text_input: input("url_text_input", {}, { initial_value: anyString }),
  number_input: input(
    "number_input",
    { is_decimal_allowed: boolean },
    { initial_value: anyString, min_value: anyString, max_value: anyString },
  ),
};
