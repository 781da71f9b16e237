import { workflowCard, workflowCardVersion } from "../../cards/teams/workflow-card.ts";
import { teamsLimits } from "../../cards/text/text-limits.ts";
import type { Content } from "../deliver/channel-port.ts";
import type { WebhookKind } from "../deliver/webhook-channel.ts";
import { adaptiveCardType, renderTeams } from "./connector/outgoing-activity.ts";

// learn.microsoft.com, "Limits and specifications": a Workflows post, envelope included.
const maxBodyBytes = 28_672;

/** A Teams Workflows URL: its cards have links but no other buttons. */
export const teamsWorkflow: WebhookKind = {
  kind: "teams-workflow",
  noun: "Teams workflow",
  setting: "teams.workflows",
  bodyOf: workflowBody,
};

/** The body of a post: at most 28,672 bytes, counted in UTF-16 as cards are and in UTF-8 as bodies are. */
function workflowBody(content: Content, plain: boolean): string {
  const shown = withoutActs(content);
  const body = bodyFor(shown, plain, teamsLimits.workflowBytes);
  // A character of at most two bytes in UTF-16 has at most three in UTF-8.
  return Buffer.byteLength(body) <= maxBodyBytes
    ? body
    : bodyFor(shown, plain, Math.floor((teamsLimits.workflowBytes * 2) / 3));
}

function bodyFor(content: Content, plain: boolean, maxBytes: number): string {
  const { card, fallbackText } = renderTeams(content, { maxBytes });
  // Workflows shows nothing but cards, so even the plain form is one.
  const text = {
    type: "AdaptiveCard",
    version: workflowCardVersion,
    body: [{ type: "TextBlock", text: fallbackText, wrap: true }],
  };
  const shown = plain || card === undefined ? text : workflowCard(card);
  return JSON.stringify({
    type: "message",
    attachments: [{ contentType: adaptiveCardType, contentUrl: null, content: shown }],
  });
}

/** Nobody would answer a click there. */
function withoutActs(content: Content): Content {
  if (content.kind === "notice") {
    const { notice } = content;
    return { kind: "notice", notice: { ...notice, buttons: linksOf(notice.buttons) } };
  }
  return { kind: "card", card: { ...content.card, buttons: linksOf(content.card.buttons) } };
}

function linksOf<T extends { readonly kind: string }>(buttons: readonly T[]): readonly T[] {
  return buttons.filter(({ kind }) => kind === "link");
}
