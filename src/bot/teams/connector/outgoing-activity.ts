import { renderTeamsCard, type TeamsMessage } from "../../../cards/teams/adaptive-card.ts";
import { renderTeamsNotice } from "../../../cards/teams/adaptive-notice.ts";
import { submitCard, type TeamsActions } from "../../../cards/teams/submit-card.ts";
import type { Content } from "../../deliver/channel-port.ts";
import type { OutgoingActivity } from "./connector.ts";

/** How Teams calls an Adaptive Card. */
export const adaptiveCardType = "application/vnd.microsoft.card.adaptive";

interface Look {
  readonly maxBytes?: number;
  readonly actions?: TeamsActions;
}

/** A content as Teams shows it. */
export function renderTeams(content: Content, { maxBytes, actions }: Look = {}): TeamsMessage {
  const message =
    content.kind === "card"
      ? renderTeamsCard(content.card, maxBytes)
      : renderTeamsNotice(content.notice, maxBytes);
  const { card } = message;
  return actions === "submit" && card !== undefined ? { ...message, card: submitCard(card) } : message;
}

/** The activity that shows a message: with its card, or `plain`, as text alone. `summary` is what a toast shows. */
export function activityOf({ summary, card, fallbackText }: TeamsMessage, plain: boolean): OutgoingActivity {
  if (plain || card === undefined)
    return { type: "message", summary, textFormat: "markdown", text: fallbackText, attachments: [] };
  return { type: "message", summary, attachments: [{ contentType: adaptiveCardType, content: card }] };
}
