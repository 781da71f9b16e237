import type { CardElementArray, IAdaptiveCard, IChoiceSetInput, ITextInput } from "@microsoft/teams.cards";
import type { Dialog, DialogInput } from "../nouns/dialog.ts";
import { adaptiveCard } from "./adaptive-card.ts";
import { textBlock } from "./adaptive-elements.ts";
import { cleanWords } from "./clean-text.ts";
import { cutEnd } from "./cut-text.ts";
import { teamsLimits as limits } from "./limits.ts";
import { teamsMarkdown } from "./teams-markdown.ts";
import { mentionable } from "./teams-people.ts";

/** What a task module shows: its title, and the card in it. */
export interface TeamsDialog {
  readonly title: string;
  readonly card: IAdaptiveCard;
}

/** A dialog as the card of a task module; its submission comes back as `task/submit` with the reference. */
export function renderTeamsDialog(dialog: Dialog): TeamsDialog {
  const people = mentionable(dialog.body);
  const title = labelOf(dialog.title);
  const body: CardElementArray = [
    ...dialog.body.map((line) => textBlock(teamsMarkdown(line, limits.text, people), { spacing: "Small" })),
    ...(dialog.submit === undefined ? [] : dialog.inputs.map(inputElement)),
  ];
  const card = adaptiveCard(body.length === 0 ? [textBlock("")] : body, title, people);
  if (dialog.submit === undefined) return { title, card };
  const style = dialog.danger ? "destructive" : "positive";
  const submit = cutEnd(cleanWords(dialog.submit).trim(), limits.actionTitle);
  return {
    title,
    card: {
      ...card,
      actions: [{ type: "Action.Submit", title: submit, style, data: { reference: dialog.reference } }],
    },
  };
}

function inputElement(input: DialogInput): ITextInput | IChoiceSetInput {
  return input.kind === "text" ? textInput(input) : choiceInput(input);
}

function textInput(input: Extract<DialogInput, { kind: "text" }>): ITextInput {
  return {
    type: "Input.Text",
    id: input.id,
    label: labelOf(input.hint === undefined ? input.label : `${input.label} (${input.hint})`),
    isMultiline: input.multiline,
    isRequired: input.required,
    ...(input.required ? { errorMessage: "Say why in a few words." } : {}),
    maxLength: input.maxLength,
    ...(input.placeholder === undefined ? {} : { placeholder: labelOf(input.placeholder) }),
  };
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
