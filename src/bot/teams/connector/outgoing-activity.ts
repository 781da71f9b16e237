import { renderTeamsCard, type TeamsMessage } from "../../../cards/teams/adaptive-card.ts";
import { renderTeamsNotice } from "../../../cards/teams/adaptive-notice.ts";
import type { Content } from "../../deliver/channel-port.ts";
import type { OutgoingActivity } from "./connector.ts";

/** How Teams calls an Adaptive Card. */
export const adaptiveCardType = "application/vnd.microsoft.card.adaptive";

/** A content as Teams shows it. */
export function renderTeams(content: Content, maxBytes?: number): TeamsMessage {
  return content.kind === "card"
    ? renderTeamsCard(content.card, maxBytes)
    : renderTeamsNotice(content.notice, maxBytes);
}

/** The activity that shows a message: with its card, or `plain`, as text alone. `summary` is what a toast shows. */
export function activityOf({ summary, card, fallbackText }: TeamsMessage, plain: boolean): OutgoingActivity {
  if (plain || card === undefined)
    return { type: "message", summary, textFormat: "markdown", text: fallbackText, attachments: [] };
  return { type: "message", summary, attachments: [{ contentType: adaptiveCardType, content: card }] };
}
