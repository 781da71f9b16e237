import { subjectOf } from "../nouns/artifact.ts";
import { type ChannelId, kindOfChannel } from "../nouns/channel.ts";
import { isWish, type Request, type Wish } from "../nouns/request.ts";
import type { Suggestion } from "../nouns/suggestion.ts";
import type { Store } from "../store/store.ts";
import type { Verdict } from "../store/verdict.ts";
import type { Clock } from "../work/clock.ts";

interface Deps {
  readonly store: Pick<Store, "touch" | "wantMessages" | "findArtifact" | "messagesOf">;
  readonly clock: Pick<Clock, "now">;
}

/** Wants the messages that a verdict calls for, besides the cards that show it anyway. */
export async function wantWhatFollows(request: Request, verdict: Verdict, deps: Deps): Promise<void> {
  if (verdict.operation !== undefined && isWish(request.wish))
    await wantCard(request.wish, request.channel, deps);
  if (verdict.consequence?.kind === "suggest") await wantCall(verdict.consequence.suggestion, deps);
}

/** An operation begun by a command lives on the artifact's card in that channel, else on a new card there. */
async function wantCard(wish: Wish, channel: ChannelId | undefined, { store, clock }: Deps): Promise<void> {
  const now = clock.now();
  const subject = subjectOf(wish);
  // A roll back is asked for on the card of what runs now, and shows there too.
  if (wish.expectedCurrent !== undefined)
    await store.touch(subjectOf({ ...wish, digest: wish.expectedCurrent }), now);
  const artifact = await store.findArtifact(wish);
  if (channel !== undefined && artifact !== undefined && isTwoWay(channel))
    await store.wantMessages([
      { channel, subject, incarnation: artifact.incarnation, slot: "root", dueAt: now },
    ]);
  await store.touch(subject, now);
}

/** A suggestion is said where it was made and wherever its card stands: who may take it up can be anywhere. */
async function wantCall({ id, wish, channel }: Suggestion, { store, clock }: Deps): Promise<void> {
  const shownOn = cardOf(wish);
  const artifact = await store.findArtifact(shownOn);
  if (artifact === undefined) return;
  const subject = subjectOf(shownOn);
  const { incarnation } = artifact;
  const cards = (await store.messagesOf(subject)).filter(
    (one) => one.slot === "root" && one.incarnation === incarnation && one.state !== "dead",
  );
  const places = new Set([...(channel === undefined ? [] : [channel]), ...cards.map((one) => one.channel)]);
  const dueAt = clock.now();
  await store.wantMessages(
    [...places]
      .filter(isTwoWay)
      .map((place) => ({ channel: place, subject, incarnation, slot: `suggestion:${id}`, dueAt })),
  );
}

/** The image on whose card a wish is asked for: a roll back stands on the card of what it takes away. */
export function cardOf(wish: Pick<Wish, "registry" | "repository" | "digest" | "expectedCurrent" | "kind">) {
  const { registry, repository, digest, expectedCurrent, kind } = wish;
  return { registry, repository, digest: kind === "rollback" ? (expectedCurrent ?? digest) : digest };
}

/** Whether people can answer in a channel: nothing comes back from an incoming webhook or a workflow. */
export function isTwoWay(channel: ChannelId): boolean {
  const kind = kindOfChannel(channel);
  return kind === "slack" || kind === "teams";
}
