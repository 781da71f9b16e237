import type { CardElementArray, IAdaptiveCard, IChoiceSetInput, ITextInput } from "@microsoft/teams.cards";
import type { Dialog, DialogInput } from "../../nouns/dialog.ts";
import { type Text, text } from "../../nouns/text.ts";
import { present } from "../../present.ts";
import { cleanWords } from "../text/clean-text.ts";
import { cutEnd } from "../text/cut-text.ts";
import { teamsLimits as limits } from "../text/text-limits.ts";
import { adaptiveCard } from "./adaptive-card.ts";
import { cardVerb, colours, execute, textBlock } from "./adaptive-elements.ts";
import { teamsMarkdown } from "./teams-markdown.ts";
import { mentionable } from "./teams-people.ts";

/** What a task module shows: its title, and the card in it. */
export interface TeamsDialog {
  readonly title: string;
  readonly card: IAdaptiveCard;
}

/** What was entered into a dialog and is wrong; both by input id. */
export interface Wrong {
  readonly errors: Readonly<Record<string, string>>;
  readonly values: Readonly<Record<string, string>>;
}

/**
 * A dialog as the card of a task module; its submission comes back as `task/submit` with the reference. Shown again
 * with what is wrong on top, it keeps what was entered: Teams has no errors of its own for a submitted dialog.
 */
export function renderTeamsDialog(dialog: Dialog, wrong: Wrong = { errors: {}, values: {} }): TeamsDialog {
  const people = mentionable(dialog.body);
  const title = labelOf(dialog.title);
  const lineOf = (line: Text): string => teamsMarkdown(line, limits.text, people);
  const loud = { color: colours.attention, weight: "Bolder" } as const;
  const body: CardElementArray = [
    ...Object.values(wrong.errors).map((error) => textBlock(lineOf(text(`❗ ${error}`)), loud)),
    ...dialog.body.map((line) => textBlock(lineOf(line), { spacing: "Small" })),
    ...(dialog.submit === undefined ? [] : dialog.inputs.map((input) => inputElement(input, wrong.values))),
  ];
  const card = adaptiveCard(body.length === 0 ? [textBlock("")] : body, title, people);
  if (dialog.submit === undefined) return { title, card };
  const style = dialog.danger ? "destructive" : "positive";
  const submit = cutEnd(cleanWords(dialog.submit).trim(), limits.actionTitle);
  const data = { reference: dialog.reference };
  return { title, card: { ...card, actions: [{ type: "Action.Submit", title: submit, style, data }] } };
}

/** What a dialog shows, as a card that stands in the place of the message's own for one person; back leads to that. */
export function renderTeamsDetails(dialog: Dialog): IAdaptiveCard {
  const { card } = renderTeamsDialog({ ...dialog, body: fitting(dialog.body) });
  return { ...card, actions: [execute("Back to the card", cardVerb, dialog.reference)] };
}

// An invoke's answer has no documented limit of its own: it is held to a message's.
function fitting(body: Dialog["body"]): Dialog["body"] {
  let bytes = 0;
  return body.filter((line) => {
    bytes += JSON.stringify(line).length * 2;
    return bytes < limits.messageBytes;
  });
}

function inputElement(
  input: DialogInput,
  values: Readonly<Record<string, string>>,
): ITextInput | IChoiceSetInput {
  const entered = Object.hasOwn(values, input.id) ? values[input.id] : undefined;
  return input.kind === "text"
    ? present({ ...textInput(input), value: entered?.slice(0, input.maxLength) })
    : choiceInput(entered === undefined ? input : { ...input, initial: entered });
}

function textInput(input: Extract<DialogInput, { kind: "text" }>): ITextInput {
  const { id, label, hint, placeholder, multiline, required, maxLength } = input;
  return present({
    type: "Input.Text" as const,
    id,
    label: labelOf(hint === undefined ? label : `${label} (${hint})`),
    isMultiline: multiline,
    isRequired: required,
    errorMessage: required ? "Say why in a few words." : undefined,
    maxLength,
    placeholder: placeholder === undefined ? undefined : labelOf(placeholder),
  });
}

function choiceInput(input: Extract<DialogInput, { kind: "choice" }>): IChoiceSetInput {
  const choices = input.options
    .slice(0, limits.choices)
    .map(({ value, label }) => ({ title: labelOf(label), value }));
  return {
    type: "Input.ChoiceSet",
    id: input.id,
    label: labelOf(input.label),
    choices,
    isRequired: true,
    errorMessage: "Choose one.",
    ...(choices.some(({ value }) => value === input.initial) ? { value: input.initial ?? "" } : {}),
  };
}

function labelOf(label: string): string {
  return cutEnd(cleanWords(label).trim(), limits.title);
}
