import { randomInt } from "node:crypto";

// .NET ticks are 100 ns, so ACR prints seven digits of a second, as in 2026-06-01T12:22:07.0958813Z.
const ticksPerMs = 10_000;

/** A source of ACR's timestamps (UTC, seven digits of a second), each later than the one before. */
export function createTimestamps(now: () => number): () => string {
  let lastMs = 0;
  let lastTick = 0;
  return () => {
    const ms = Math.max(Math.floor(now()), lastMs);
    const tick = ms > lastMs ? randomInt(ticksPerMs / 10) : lastTick + 1;
    lastMs = tick < ticksPerMs ? ms : ms + 1;
    lastTick = tick < ticksPerMs ? tick : 0;
    return `${new Date(lastMs).toISOString().slice(0, -1)}${String(lastTick).padStart(4, "0")}Z`;
  };
}
