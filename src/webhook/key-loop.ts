import type { Log } from "../log.ts";
import type { Clock } from "../work/clock.ts";
import { createLoop, type Loop } from "../work/loop.ts";
import type { SigningKeys } from "./signing-keys.ts";

// Entra may roll its keys at any time and publishes new ones before it uses them; its advice is to look daily at least.
const refreshMs = 60 * 60_000;

/** Reads the keys that tokens are signed with in the background, so that the answer lane never waits for Entra. */
export function createKeyLoop(deps: {
  readonly signingKeys: Pick<SigningKeys, "refresh">;
  readonly needed: () => boolean;
  readonly clock: Clock;
  readonly log: Log;
}): Loop {
  return createLoop({
    name: "signing keys",
    clock: deps.clock,
    log: deps.log,
    step: async () => {
      if (deps.needed()) await deps.signingKeys.refresh();
      return refreshMs;
    },
  });
}
