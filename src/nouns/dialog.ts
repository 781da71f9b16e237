import type { Text } from "./text.ts";

export type DialogInput =
  | {
      readonly kind: "text";
      readonly id: string;
      readonly label: string;
      readonly placeholder?: string;
      readonly hint?: string;
      readonly multiline: boolean;
      readonly required: boolean;
      readonly maxLength: number;
    }
  | {
      readonly kind: "choice";
      readonly id: string;
      readonly label: string;
      readonly options: readonly { readonly value: string; readonly label: string }[];
      readonly initial?: string;
    };

/** What asks before something happens: a reason, a choice, are you sure. Neutral until the last renderer. */
export interface Dialog {
  readonly title: string;
  /** Absent: the dialog only shows. */
  readonly submit?: string;
  readonly danger: boolean;
  readonly body: readonly Text[];
  readonly inputs: readonly DialogInput[];
  /** Opaque: looked up in the store at the submit. */
  readonly reference: string;
}
