import type { KnownBlock, Button as SlackButton } from "@slack/types";
import type { Button } from "../../nouns/card.ts";
import { codePoints } from "../text/cut-text.ts";
import { safeUrl } from "../text/safe-url.ts";
import { slackLimits as limits } from "../text/text-limits.ts";
import { plainObject } from "./slack-text-object.ts";

/** Every action id of ours begins so; what follows is the verb (or `link`) and, from the second on, a number. */
const actionPrefix = "acr:";

/** The row of buttons as a block, or nothing if there is none. */
export function buttonBlocks(buttons: readonly Button[]): KnownBlock[] {
  const counts = new Map<string, number>();
  const elements = buttons.slice(0, limits.actionsElements).flatMap((button) => {
    const name = button.kind === "act" ? button.verb : "link";
    const count = (counts.get(name) ?? 0) + 1;
    counts.set(name, count);
    return slackButton(button, `${actionPrefix}${name}${count === 1 ? "" : `:${count}`}`);
  });
  return elements.length === 0 ? [] : [{ type: "actions", block_id: "acr:buttons", elements }];
}

function slackButton(button: Button, actionId: string): readonly SlackButton[] {
  const text = plainObject(button.label, limits.buttonText);
  if (button.kind === "link") {
    const url = safeUrl(button.url);
    return url === undefined ? [] : [{ type: "button", action_id: actionId, text, url }];
  }
  // A reference that was cut would be another one: better no button than one that does not work.
  const size = codePoints(button.reference);
  if (size < 1 || size > limits.buttonValue) return [];
  const style = button.style === "default" ? {} : { style: button.style };
  return [{ type: "button", action_id: actionId, text, value: button.reference, ...style }];
}
