import { buildCard } from "../cards/artifact-card.ts";
import type { ArtifactView } from "../cards/artifact-view.ts";
import { buildDeletedAlert } from "../cards/deleted-alert.ts";
import { nameOfDigest, titleOf } from "../cards/digest-name.ts";
import { buildOperationNotice } from "../cards/operation-notice.ts";
import type { Config } from "../config/config.ts";
import type { Message } from "../nouns/message.ts";
import type { Store } from "../store/store.ts";
import type { Clock } from "../work/clock.ts";
import { readArtifactView } from "./card-view.ts";
import type { Prepared } from "./deliver.ts";

/** Makes what prepares a message: reads the state of now, renders it neutrally, and stores what its buttons mean. */
export function createPrepare(deps: {
  readonly store: Store;
  readonly config: () => Config;
  readonly clock: Clock;
}): (message: Message) => Promise<Prepared> {
  return async (message) => {
    const view = await readArtifactView(
      { store: deps.store, config: deps.config(), now: deps.clock.now() },
      message.subject,
      message.channel,
    );
    if (view === undefined) return { kind: "unwanted" };
    if (message.slot.startsWith("alert:")) return prepareAlert(view);
    if (message.slot !== "root") return await prepareReply(deps.store, message, view);
    // Claimed by an index (or as somebody's signature) before it was ever posted.
    if (view.artifact.parent !== undefined && message.externalId === undefined) return { kind: "unwanted" };
    const past = view.artifact.incarnation !== message.incarnation;
    const { card, buttons } = buildCard(past ? { ...view, actable: false } : view);
    // Before anybody can press them: a reference that is not stored means nothing.
    await deps.store.saveButtons(buttons);
    // An edit notifies nobody: what a target runs is gone is worth a message of its own, once.
    if (!past && buildDeletedAlert(view) !== undefined)
      await deps.store.wantMessages([{ ...message, slot: "alert:deleted", dueAt: deps.clock.now() }]);
    const { eventId } = view.artifact;
    return { kind: "show", content: { kind: "card", card }, ...(eventId === undefined ? {} : { eventId }) };
  };
}

function prepareAlert(view: ArtifactView): Prepared {
  const notice = buildDeletedAlert(view);
  return notice === undefined ? { kind: "unwanted" } : { kind: "show", content: { kind: "notice", notice } };
}

async function prepareReply(store: Store, message: Message, view: ArtifactView): Promise<Prepared> {
  const operation = await store.findOperation(message.slot.slice(message.slot.indexOf(":") + 1));
  if (operation === undefined) return { kind: "unwanted" };
  const subject = { title: titleOf(view), nameOf: (digest: string) => nameOfDigest(view, digest) };
  const root = (await store.messagesOf(message.subject)).find(
    (one) =>
      one.slot === "root" && one.channel === message.channel && one.incarnation === message.incarnation,
  );
  const thread = root?.state === "shown" ? root.externalId : undefined;
  return {
    kind: "show",
    content: { kind: "notice", notice: buildOperationNotice(operation, subject) },
    ...(thread === undefined ? {} : { thread }),
  };
}
