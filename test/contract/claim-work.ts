import type { ArtifactKey } from "../../src/nouns/artifact.ts";
import { keyOfSubject } from "../../src/nouns/artifact.ts";
import type { ChannelId } from "../../src/nouns/channel.ts";
import type { ClaimedWork, ClaimWish } from "../../src/nouns/due-work.ts";
import type { Store } from "../../src/store/store.ts";

const dayMs = 24 * 60 * 60_000;

/** Serves everything, and is bounded by nothing that matters in a test. */
export const everything: ClaimWish = {
  serves: { by: "everything" },
  limit: 100,
  perLane: 1,
  leaseMs: 60_000,
  longestPauseMs: 400 * dayMs,
  passOver: [],
};

/** The next message that is due in a channel. */
export async function claimMessage(
  store: Store,
  channel: ChannelId,
  leaseMs: number = everything.leaseMs,
  perLane = 100,
): Promise<ClaimedWork<"deliver"> | undefined> {
  const serves = { by: "name", names: [channel] } as const;
  return (await store.claimDue("deliver", { ...everything, serves, leaseMs, perLane }))[0];
}

/** The next operation that may run. */
export async function claimOperation(
  store: Store,
  leaseMs: number = everything.leaseMs,
): Promise<ClaimedWork<"operate"> | undefined> {
  return (await store.claimDue("operate", { ...everything, limit: 1, leaseMs }))[0];
}

/** Artifacts about which the registry is to be asked now, those that are due first before the others. */
export async function claimVerifications(
  store: Store,
  limit: number,
  leaseMs: number = everything.leaseMs,
): Promise<readonly ArtifactKey[]> {
  const claimed: string[] = [];
  while (claimed.length < limit) {
    const [next] = await store.claimDue("verify", { ...everything, limit: 1, perLane: 100, leaseMs });
    if (next === undefined || claimed.includes(next.key)) break;
    claimed.push(next.key);
  }
  return claimed.map(keyOfSubject);
}

/** How many requests were recorded and not decided. */
export async function countUndecided(store: Store): Promise<number> {
  return (await store.countWork("decide", { by: "name", names: [] })).parked;
}

/** Channels that have a message due which nobody delivers. */
export async function dueChannels(store: Store): Promise<readonly string[]> {
  return (await store.claimDue("deliver", { ...everything, leaseMs: 0 })).map(({ lane }) => lane).sort();
}
