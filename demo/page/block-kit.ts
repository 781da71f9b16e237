import type { Block as AnyBlock } from "slack-blocks-to-jsx";

/** Block Kit as this page reads it: https://docs.slack.dev/reference/block-kit */
export type Text = {
  readonly type: "plain_text" | "mrkdwn";
  readonly text: string;
  readonly verbatim?: boolean;
};

export type Option = { readonly text: Text; readonly value: string; readonly description?: Text };

export type Confirm = {
  readonly title: Text;
  readonly text: Text;
  readonly confirm?: Text;
  readonly deny?: Text;
  readonly style?: "primary" | "danger";
};

export type Button = {
  readonly type: "button";
  readonly action_id: string;
  readonly text: Text;
  readonly value?: string;
  readonly url?: string;
  readonly style?: "primary" | "danger";
  readonly confirm?: Confirm;
  readonly accessibility_label?: string;
};

export type Choice = {
  readonly type: "static_select" | "overflow" | "radio_buttons" | "checkboxes" | "multi_static_select";
  readonly action_id: string;
  readonly options?: readonly Option[];
  readonly option_groups?: readonly { readonly label: Text; readonly options: readonly Option[] }[];
  readonly initial_option?: Option;
  readonly initial_options?: readonly Option[];
  readonly placeholder?: Text;
};

export type TextInput = {
  readonly type: "plain_text_input" | "number_input" | "email_text_input" | "url_text_input";
  readonly action_id: string;
  readonly multiline?: boolean;
  readonly initial_value?: string;
  readonly placeholder?: Text;
  readonly min_length?: number;
  readonly max_length?: number;
};

export type Image = { readonly type: "image"; readonly image_url: string; readonly alt_text: string };

/** What can hold a value in a dialog. */
export type Field = Choice | TextInput;

export type Element = Button | Field | Image;

type Own = { readonly block_id?: string };

export type Input = Own & {
  readonly type: "input";
  readonly label: Text;
  readonly element: Field;
  readonly hint?: Text;
  readonly optional?: boolean;
};

export type Section = Own & {
  readonly type: "section";
  readonly text?: Text;
  readonly fields?: readonly Text[];
  readonly accessory?: Element;
};

export type Actions = Own & { readonly type: "actions"; readonly elements: readonly Element[] };

export type Context = Own & { readonly type: "context"; readonly elements: readonly (Text | Image)[] };

export type Header = Own & { readonly type: "header"; readonly text: Text };

export type Divider = Own & { readonly type: "divider" };

type OwnBlock = Input | Section | Actions | Context | Header | Divider;

/** Blocks drawn by this page itself, and all the others, which slack-blocks-to-jsx draws. */
export type Block = OwnBlock | Exclude<AnyBlock, { type: OwnBlock["type"] }>;

/** The options of a choice in order, groups flattened. */
export function optionsOf(choice: Choice): readonly Option[] {
  return choice.options ?? choice.option_groups?.flatMap((group) => group.options) ?? [];
}
