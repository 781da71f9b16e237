import { buildCard } from "../../cards/artifact-card.ts";
import type { ArtifactView } from "../../cards/facets/artifact-view.ts";
import type { Config } from "../../config/config.ts";
import { keyOfSubject } from "../../nouns/artifact.ts";
import { type Message, wasBegun } from "../../nouns/message.ts";
import { present } from "../../present.ts";
import type { Store, WantedMessage } from "../../store/store.ts";
import type { Clock } from "../../work/clock.ts";
import { readArtifactView } from "./card-view.ts";
import type { Prepared } from "./deliver.ts";
import { type Held, holdUnconfirmed, prepareHeldLine } from "./hold-unconfirmed.ts";
import { messagesBeside } from "./messages-beside.ts";
import { prepareBeside } from "./prepare-beside.ts";
import { isGeneral, prepareGeneral } from "./prepare-general.ts";

interface PrepareDeps {
  readonly store: Store;
  readonly config: () => Config;
  readonly clock: Clock;
}

/** Makes what prepares a message: reads the state of now, renders it neutrally, and stores what its buttons mean. */
export function createPrepare(
  deps: PrepareDeps,
): (message: Message) => Promise<Prepared | Held | "unserved" | undefined> {
  return async (message) => {
    if (isGeneral(message)) return await prepareGeneral(message, deps.store);
    const now = { store: deps.store, config: deps.config(), now: deps.clock.now() };
    if (now.config.registries[keyOfSubject(message.subject).registry] === undefined) return "unserved";
    if (message.slot.startsWith("held:")) return await prepareHeldLine(message, now);
    const view = await readArtifactView(now, message.subject, message.channel);
    if (view === undefined) return undefined;
    return message.slot === "root"
      ? await prepareRoot(message, view, deps)
      : await prepareBeside(message, view, now);
  };
}

async function prepareRoot(
  message: Message,
  view: ArtifactView,
  { store, clock }: PrepareDeps,
): Promise<Prepared | Held | undefined> {
  // Claimed by an index (or as somebody's signature), or taken back, before it was ever posted.
  const { parent, takenBack } = view.artifact;
  if ((parent !== undefined || takenBack !== undefined) && !wasBegun(message)) return undefined;
  const hold = holdUnconfirmed(message, view.artifact, view.registryReadable, clock.now());
  if (typeof hold === "object") return hold;
  const past = view.artifact.incarnation !== message.incarnation;
  const { card, buttons } = buildCard(past ? { ...view, actable: false } : view);
  // Before anybody can press them: a reference that is not stored means nothing.
  await store.saveButtons(buttons);
  if (!past) await wantMissing(messagesBeside(message, view, clock.now()), message, store);
  const isCounted = hold === "counted" ? (true as const) : undefined;
  return present({ content: { kind: "card" as const, card }, eventId: view.artifact.eventId, isCounted });
}

/** Wants those that are not there yet: a card is rendered often, and seldom has something new beside it. */
async function wantMissing(wanted: readonly WantedMessage[], root: Message, store: Store): Promise<void> {
  if (wanted.length === 0) return;
  const there = (await store.messagesOf(root.subject)).filter(
    ({ channel, incarnation }) => channel === root.channel && incarnation === root.incarnation,
  );
  await store.wantMessages(wanted.filter(({ slot }) => there.every((one) => one.slot !== slot)));
}
