import { route } from "../../artifacts/route-artifact.ts";
import { type Artifact, type ArtifactKey, subjectOf } from "../../nouns/artifact.ts";
import { type ChannelId, isTwoWay } from "../../nouns/channel.ts";
import type { Slot } from "../../nouns/message.ts";
import { cardOf, cardsOf } from "../../nouns/operation.ts";
import type { Request } from "../../nouns/request.ts";
import type { Route } from "../../nouns/route.ts";
import type { Verdict } from "../../nouns/verdict.ts";
import type { Store } from "../../store/store.ts";
import type { Clock } from "../../work/clock.ts";

interface Deps {
  readonly store: Pick<Store, "touch" | "wantMessages" | "findArtifact" | "tagsOf" | "messagesOf">;
  readonly routes: () => Promise<readonly Route[]>;
  readonly clock: Pick<Clock, "now">;
}

/**
 * Wants the messages that a verdict calls for, besides the cards that show it anyway. An operation begun by a command
 * lives on the artifact's card in that channel, else on a new card there. One that was asked for privately, of an image
 * that has no card, gets one where its pushes would be announced: who is to approve it, and what went past the rules, must
 * be seen by others. A suggestion is said where it was made and wherever its card stands: who may take it up can be
 * anywhere.
 */
export async function wantVerdictMessages(request: Request, verdict: Verdict, deps: Deps): Promise<void> {
  const { operation, consequence } = verdict;
  if (operation !== undefined) {
    for (const card of cardsOf(operation)) await deps.store.touch(subjectOf(card), deps.clock.now());
    await want("root", cardOf(operation), request.channel, deps);
  }
  const set = consequence?.kind === "set" ? consequence.standing : undefined;
  if (set?.kind === "suggestion")
    await want(`suggestion:${set.facts.id}`, cardOf(set.facts.wish), set.facts.channel, deps);
}

async function want(
  slot: Slot,
  card: ArtifactKey,
  channel: ChannelId | undefined,
  deps: Deps,
): Promise<void> {
  const artifact = await deps.store.findArtifact(card);
  if (artifact === undefined) return;
  const message = { subject: subjectOf(artifact), incarnation: artifact.incarnation, slot };
  const dueAt = deps.clock.now();
  const places = await placesOf(artifact, channel, deps);
  await deps.store.wantMessages(places.map((place) => ({ channel: place, ...message, dueAt })));
}

/** The given channel and those where the card stands; else those of the routes that mean the image. */
async function placesOf(
  artifact: Artifact,
  channel: ChannelId | undefined,
  { store, routes, clock }: Deps,
): Promise<readonly ChannelId[]> {
  const cards = (await store.messagesOf(subjectOf(artifact))).filter(
    (one) => one.slot === "root" && one.incarnation === artifact.incarnation && one.state !== "dead",
  );
  const own = [...(channel === undefined ? [] : [channel]), ...cards.map((one) => one.channel)];
  const known = [...new Set(own)].filter(isTwoWay);
  if (known.length > 0) return known;
  const tags = (await store.tagsOf(artifact)).map(({ tag }) => tag);
  const occasion = { artifact, action: "push" as const, tags, at: clock.now() };
  return route(occasion, await routes()).channels.filter(isTwoWay);
}
