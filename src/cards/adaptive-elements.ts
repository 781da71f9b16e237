import type { ActionArray, IActionSet, ITextBlock, TextColor } from "@microsoft/teams.cards";
import type { Button, Tone } from "../nouns/card.ts";
import { cleanWords } from "./clean-text.ts";
import { cutEnd } from "./cut-text.ts";
import { teamsLimits as limits } from "./limits.ts";
import { safeUrl } from "./safe-url.ts";

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
  const actions = buttons.flatMap(action).map((entry, index) => ({
    ...entry,
    ...(index < limits.primaryActions - 1 || buttons.length <= limits.primaryActions
      ? {}
      : { mode: "secondary" as const }),
  }));
  return actions.length === 0 ? [] : [{ type: "ActionSet", spacing: "Medium", actions }];
}

const styles = { default: "default", primary: "positive", danger: "destructive" } as const;

function action(button: Button): ActionArray {
  const title = cutEnd(cleanWords(button.label).trim(), limits.actionTitle);
  if (button.kind === "link") {
    const url = safeUrl(button.url);
    return url === undefined ? [] : [{ type: "Action.OpenUrl", title, url }];
  }
  return [
    {
      type: "Action.Submit",
      title,
      style: styles[button.style],
      // Every button asks before it acts, so it opens a dialog; the reference is all that the client gets.
      data: { msteams: { type: "task/fetch" }, reference: button.reference },
    },
  ];
}
