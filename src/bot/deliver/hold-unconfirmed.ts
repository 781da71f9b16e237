import { buildHeldLine } from "../../cards/notices/held-line.ts";
import type { Config } from "../../config/config.ts";
import { type Artifact, isConfirmed, isDenied, isUnanswered, keyOfSubject } from "../../nouns/artifact.ts";
import { type Message, wasBegun } from "../../nouns/message.ts";
import type { Store, WantedMessage } from "../../store/store.ts";
import type { OutgoingMessage } from "./channel-port.ts";

// A registry that has neither answered nor failed after this is behind with its answers: the card says so then.
const unansweredMs = 5 * 60_000;
// What one registry may post unconfirmed into one channel, in an hour of the clock: whoever has its webhook's secret can
// make as many events as they like. What is held back appears when the registry confirms it.
const mostAnHour = 60;
const hourMs = 60 * 60_000;
// The first count is worth waiting for: where nothing can be edited it is the only one.
const firstLineMs = 10_000;

/** Why a card is not posted (yet): the registry denies it, or has until `until` to answer. */
export type Held = { readonly held: "denied" } | { readonly held: "unanswered"; readonly until: number };

/** Whether a card that nobody has seen is to be held; `counted`: it may go out, as one of so many an hour. */
export function holdUnconfirmed(
  message: Message,
  artifact: Artifact,
  registryReadable: boolean,
  now: number,
): Held | "counted" | undefined {
  if (wasBegun(message) || message.state !== "waiting" || isConfirmed(artifact)) return undefined;
  if (registryReadable && isDenied(artifact)) return { held: "denied" };
  const until = message.createdAt + unansweredMs;
  if (registryReadable && isUnanswered(artifact) && now < until) return { held: "unanswered", until };
  return "counted";
}

/** The line that tells of what is held, if the hour's cards of the registry in that channel are used up. */
export async function lineInstead(
  message: Message,
  lease: string,
  store: Store,
  now: number,
): Promise<WantedMessage | undefined> {
  const since = now - (now % hourMs);
  if (await store.countIn(message, lease, { since, most: mostAnHour, at: now })) return undefined;
  const { registry } = keyOfSubject(message.subject);
  const subject = `${registry}/unconfirmed@${since}`;
  return { channel: message.channel, subject, incarnation: 1, slot: "held:hour", dueAt: now + firstLineMs };
}

/** Prepares that line; undefined: all of them were confirmed before it was posted. */
export async function prepareHeldLine(
  message: Message,
  { store, config }: { readonly store: Store; readonly config: Config },
): Promise<Pick<OutgoingMessage, "content"> | undefined> {
  const { registry, digest } = keyOfSubject(message.subject);
  const since = Number(digest);
  const count = await store.countHeld(message.channel, registry, since);
  if (count === 0 && !wasBegun(message)) return undefined;
  const readable = config.registries[registry]?.credentials.read !== undefined;
  const until = since + hourMs;
  return {
    content: {
      kind: "notice",
      notice: buildHeldLine({ registry, count, most: mostAnHour, until, readable }),
    },
  };
}
