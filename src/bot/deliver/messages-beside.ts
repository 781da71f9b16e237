import { buildDeletedAlert, buildLostAlert } from "../../cards/deleted-alert.ts";
import type { ArtifactView } from "../../cards/facets/artifact-view.ts";
import type { MessageKey, Slot } from "../../nouns/message.ts";
import type { WantedMessage } from "../../store/store.ts";

/**
 * The messages that a card should have beside it because of what it shows now: what was deleted while it runs, for an edit
 * notifies nobody. Asked each time the card is rendered; those that exist already stay.
 */
export function messagesBeside(root: MessageKey, view: ArtifactView, now: number): readonly WantedMessage[] {
  const { channel, subject, incarnation } = root;
  const slots: Slot[] = [];
  if (buildDeletedAlert(view) !== undefined) slots.push("alert:deleted");
  if (buildLostAlert(view) !== undefined) slots.push("alert:platform");
  return slots.map((slot) => ({ channel, subject, incarnation, slot, dueAt: now }));
}
