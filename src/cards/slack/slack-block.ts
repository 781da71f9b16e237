/** The parts of Block Kit that cards use, written as Slack's API takes them (docs.slack.dev/reference/block-kit). */
export interface SlackPlainText {
  type: "plain_text";
  text: string;
  emoji: false;
}

/** `verbatim`: Slack makes no links, channels or mentions of plain words in it. */
export interface SlackMrkdwn {
  type: "mrkdwn";
  text: string;
  verbatim: true;
}

export interface SlackButton {
  type: "button";
  action_id: string;
  text: SlackPlainText;
  value?: string;
  url?: string;
  style?: "primary" | "danger";
}

export interface SlackOption {
  text: SlackPlainText;
  value: string;
}

export type SlackInputElement =
  | {
      type: "plain_text_input";
      action_id: string;
      multiline: boolean;
      min_length?: number;
      max_length: number;
      placeholder?: SlackPlainText;
    }
  | { type: "static_select"; action_id: string; options: SlackOption[]; initial_option?: SlackOption };

export type SlackBlock =
  | { type: "header"; block_id: string; text: SlackPlainText }
  | { type: "section"; block_id: string; text?: SlackMrkdwn; fields?: SlackMrkdwn[] }
  | { type: "context"; block_id: string; elements: SlackMrkdwn[] }
  | { type: "actions"; block_id: string; elements: SlackButton[] }
  | {
      type: "input";
      block_id: string;
      label: SlackPlainText;
      element: SlackInputElement;
      hint?: SlackPlainText;
      optional: boolean;
    };

export interface SlackView {
  type: "modal";
  callback_id: string;
  private_metadata: string;
  title: SlackPlainText;
  submit?: SlackPlainText;
  close: SlackPlainText;
  blocks: SlackBlock[];
}
