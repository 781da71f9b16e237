import { buildCard } from "../../cards/artifact-card.ts";
import { buildDeletedAlert } from "../../cards/deleted-alert.ts";
import type { ArtifactView } from "../../cards/facets/artifact-view.ts";
import type { Config } from "../../config/config.ts";
import type { Message } from "../../nouns/message.ts";
import type { Store, WantedMessage } from "../../store/store.ts";
import type { Clock } from "../../work/clock.ts";
import { readArtifactView } from "./card-view.ts";
import type { Prepared } from "./deliver.ts";
import { messagesBeside } from "./messages-beside.ts";
import { prepareBeside } from "./prepare-beside.ts";

interface PrepareDeps {
  readonly store: Store;
  readonly config: () => Config;
  readonly clock: Clock;
}

/** Makes what prepares a message: reads the state of now, renders it neutrally, and stores what its buttons mean. */
export function createPrepare(deps: PrepareDeps): (message: Message) => Promise<Prepared> {
  return async (message) => {
    const config = deps.config();
    const now = deps.clock.now();
    const view = await readArtifactView({ store: deps.store, config, now }, message.subject, message.channel);
    if (view === undefined) return { kind: "unwanted" };
    return message.slot === "root"
      ? await prepareRoot(message, view, deps)
      : await prepareBeside(message, view, { store: deps.store, config, now });
  };
}

async function prepareRoot(message: Message, view: ArtifactView, deps: PrepareDeps): Promise<Prepared> {
  // Claimed by an index (or as somebody's signature) before it was ever posted.
  if (view.artifact.parent !== undefined && message.externalId === undefined) return { kind: "unwanted" };
  const past = view.artifact.incarnation !== message.incarnation;
  const { card, buttons } = buildCard(past ? { ...view, actable: false } : view);
  // Before anybody can press them: a reference that is not stored means nothing.
  await deps.store.saveButtons(buttons);
  if (!past) await wantMissing(besides(message, view, deps.clock.now()), message, deps.store);
  const { eventId } = view.artifact;
  return { kind: "show", content: { kind: "card", card }, ...(eventId === undefined ? {} : { eventId }) };
}

/** Wants those that are not there yet: a card is rendered often, and seldom has something new beside it. */
async function wantMissing(wanted: readonly WantedMessage[], root: Message, store: Store): Promise<void> {
  if (wanted.length === 0) return;
  const there = (await store.messagesOf(root.subject)).filter(
    ({ channel, incarnation }) => channel === root.channel && incarnation === root.incarnation,
  );
  await store.wantMessages(wanted.filter(({ slot }) => there.every((one) => one.slot !== slot)));
}

/** An edit notifies nobody: what deserves attention is a message of its own, once. */
function besides(
  { channel, subject, incarnation }: Message,
  view: ArtifactView,
  now: number,
): readonly WantedMessage[] {
  const key = { channel, subject, incarnation };
  const wanted = messagesBeside({ ...key, slot: "root" }, view, now);
  if (buildDeletedAlert(view) === undefined) return wanted;
  return [...wanted, { ...key, slot: "alert:deleted", dueAt: now }];
}
