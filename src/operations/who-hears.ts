import { type Artifact, type ArtifactKey, subjectOf } from "../nouns/artifact.ts";
import type { ChannelId } from "../nouns/channel.ts";
import type { Message, MessageKey, Slot } from "../nouns/message.ts";
import type { Operation } from "../nouns/operation.ts";
import type { Principal } from "../nouns/principal.ts";
import { hearing, type Route } from "../nouns/route.ts";
import type { Store } from "../store/store.ts";

/** The card on which something is told: its image, and the messages of that. */
export interface ShownCard {
  readonly artifact: Artifact;
  readonly messages: readonly Message[];
}

/** Reads a card; undefined: its image is not known. */
export async function readCard(
  store: Pick<Store, "findArtifact" | "messagesOf">,
  key: ArtifactKey,
): Promise<ShownCard | undefined> {
  const artifact = await store.findArtifact(key);
  return artifact === undefined ? undefined : { artifact, messages: await store.messagesOf(subjectOf(key)) };
}

/** The channel of somebody's own chat with the bot. */
export function directTo({ platform, userId }: Principal): ChannelId {
  return `${platform}:${userId}`;
}

/** Channels where the card stands, or will. */
export function channelsOfCard({ artifact, messages }: ShownCard): readonly ChannelId[] {
  return rootsOf(artifact, messages).map(({ channel }) => channel);
}

/** Where what is done by exception is heard: every channel of every route that fits the repository, and of the card. */
export function everywhere(card: ShownCard, routes: readonly Route[]): readonly ChannelId[] {
  const { registry, repository } = card.artifact;
  return unique([...hearing(routes, { registry, repositories: [repository] }), ...channelsOfCard(card)]);
}

/** The message of a card's subject in each of these channels. */
export function inEach(channels: readonly ChannelId[], slot: Slot, { artifact }: ShownCard): MessageKey[] {
  const { incarnation } = artifact;
  return channels.map((channel) => ({ channel, subject: subjectOf(artifact), incarnation, slot }));
}

/**
 * Who hears how an operation ended: the channel where it was asked for, and everywhere what failed or was rolled back, or
 * went past the rules. Who asked privately, or where no card of ours can be shown, hears it in their own chat.
 */
export function messagesOfEnd(operation: Operation, card: ShownCard, routes: readonly Route[]): MessageKey[] {
  const { id, kind, state, channel: asked, breakGlassUntil, rollbackOf, requestedBy } = operation;
  const cards = channelsOfCard(card);
  const here = asked === undefined ? cards : cards.filter((channel) => channel === asked);
  const isHeardHere = rootsOf(card.artifact, card.messages).some(
    ({ channel, lastError }) => channel === asked && lastError === undefined,
  );
  const glass = breakGlassUntil !== undefined && rollbackOf === undefined;
  const isException =
    state === "failed" || state === "in-doubt" || (kind === "rollback" && state === "succeeded");
  const replies = unique([
    ...here,
    ...(isException && !glass ? everywhere(card, routes) : []),
    ...(isHeardHere ? [] : [directTo(requestedBy)]),
  ]);
  return [
    ...inEach(replies, `operation:${id}`, card),
    ...(glass ? inEach(everywhere(card, routes), `glass:${id}/ended`, card) : []),
  ];
}

function rootsOf({ incarnation }: Artifact, messages: readonly Message[]): readonly Message[] {
  return messages.filter(
    (one) => one.slot === "root" && one.incarnation === incarnation && one.state !== "dead",
  );
}

function unique(channels: readonly ChannelId[]): readonly ChannelId[] {
  return [...new Set(channels)];
}
