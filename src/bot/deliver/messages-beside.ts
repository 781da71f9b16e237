import { buildDeletedAlert, buildLostAlert } from "../../cards/deleted-alert.ts";
import type { ArtifactView } from "../../cards/facets/artifact-view.ts";
import { subjectOf } from "../../nouns/artifact.ts";
import { isTwoWay } from "../../nouns/channel.ts";
import type { MessageKey, Slot } from "../../nouns/message.ts";
import { cardOf, isFinished, type Operation } from "../../nouns/operation.ts";
import type { WantedMessage } from "../../store/store.ts";

// A card that is posted much later (another route, a command) does not tell old stories anew.
const newsMs = 24 * 60 * 60_000;

/**
 * The messages that a card should have beside it now: calls for approval, operations that were declined or cancelled
 * before they ran, what went past the rules, and what was deleted while it runs: an edit notifies nobody. Asked each time
 * the card is rendered, so that none is lost by a crash; those that exist already stay.
 */
export function messagesBeside(root: MessageKey, view: ArtifactView, now: number): readonly WantedMessage[] {
  const { channel, subject, incarnation } = root;
  const slots = view.operations
    .filter((operation) => subjectOf(cardOf(operation)) === subject)
    .flatMap((operation) => slotsOf(operation, root, now));
  if (buildDeletedAlert(view) !== undefined) slots.push("alert:deleted");
  if (buildLostAlert(view) !== undefined) slots.push("alert:platform");
  return slots.map((slot) => ({ channel, subject, incarnation, slot, dueAt: now }));
}

function slotsOf(operation: Operation, { channel }: MessageKey, now: number): readonly Slot[] {
  const { id, state, breakGlassUntil, requestedAt, rollbackOf } = operation;
  const slots: Slot[] = [];
  if (state === "awaiting-approval" && isTwoWay(channel)) slots.push(`approval:${id}`);
  // What ends while it runs is told of by whoever runs it.
  const isOurs = operation.channel === undefined || operation.channel === channel;
  if (state === "cancelled" && isOurs && isNews(operation.finishedAt, now)) slots.push(`operation:${id}`);
  // A roll back that comes by itself breaks no glass: it carries the one that was broken for the deploy.
  if (breakGlassUntil !== undefined && rollbackOf === undefined && isNews(requestedAt, now)) {
    slots.push(`glass:${id}`);
    if (isFinished(operation)) slots.push(`glass:${id}/ended`);
  }
  return slots;
}

function isNews(at: number | undefined, now: number): boolean {
  return at !== undefined && now - at < newsMs;
}
