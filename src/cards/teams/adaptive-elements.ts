import type { ActionArray, IActionSet, IExecuteAction, ITextBlock, TextColor } from "@microsoft/teams.cards";
import type { Button, Tone } from "../../nouns/card.ts";
import { immediateVerbs, isImmediate } from "../buttons/button-verbs.ts";
import { cleanWords } from "../text/clean-text.ts";
import { cutEnd } from "../text/cut-text.ts";
import { safeUrl } from "../text/safe-url.ts";
import { teamsLimits as limits } from "../text/text-limits.ts";

/** The word that colours a text; no other colours exist for cards in Teams. */
export const colours = {
  neutral: "Default",
  accent: "Accent",
  good: "Good",
  warning: "Warning",
  attention: "Attention",
} as const satisfies Record<Tone, TextColor>;

/** A text that wraps: Teams cuts it to one line otherwise. */
export function textBlock(
  text: string,
  options: Partial<Omit<ITextBlock, "type" | "text">> = {},
): ITextBlock {
  return { type: "TextBlock", text: text === "" ? "–" : text, wrap: true, ...options };
}

/** The row of buttons, or nothing if there is none; a menu takes those that Teams would not show. */
export function actionSets(buttons: readonly Button[]): IActionSet[] {
  const actions = buttons
    .flatMap((button, index) => action(button, idOf(buttons, index)))
    .map((entry, index) => {
      const isShown = index < limits.primaryActions - 1 || buttons.length <= limits.primaryActions;
      return isShown ? entry : { ...entry, mode: "secondary" as const };
    });
  return actions.length === 0 ? [] : [{ type: "ActionSet", spacing: "Medium", actions }];
}

const styles = { default: "default", primary: "positive", danger: "destructive" } as const;

/** Leads from the details back to the card. */
export const cardVerb = "card";
/** The verbs of `Action.Execute`: what needs one click and no dialog. */
export const executeVerbs: readonly string[] = [cardVerb, "details", ...immediateVerbs];

function action(button: Button, id: string): ActionArray {
  const title = cutEnd(cleanWords(button.label).trim(), limits.actionTitle);
  if (button.kind === "link") {
    const url = safeUrl(button.url);
    return url === undefined ? [] : [{ type: "Action.OpenUrl", title, url }];
  }
  const { reference } = button;
  if (button.verb === "details") return [execute(title, button.verb, reference)];
  if (isImmediate(button))
    return [{ ...execute(title, button.verb, reference), id, style: styles[button.style] }];
  return [
    {
      type: "Action.Submit",
      id,
      title,
      style: styles[button.style],
      // What asks first opens a dialog; the reference is all that the client gets.
      data: { msteams: { type: "task/fetch" }, reference },
    },
  ];
}

/** A button that is answered at once, and only to the one who pressed it; its verb is its id. */
export function execute(title: string, verb: string, reference: string): IExecuteAction {
  return { type: "Action.Execute", id: verb, title, verb, data: { reference } };
}

/** `deploy`, `deploy:2`: ids are unique in a card. */
function idOf(buttons: readonly Button[], index: number): string {
  const button = buttons[index];
  if (button?.kind !== "act") return "";
  const { verb } = button;
  const before = buttons.slice(0, index).filter((one) => one.kind === "act" && one.verb === verb).length;
  return before === 0 ? verb : `${verb}:${before + 1}`;
}
