import type { WorkLoop, WorkState } from "./run-due-work.ts";

/** Counting reads all that is open: whoever looks more often gets what was counted last. */
const countEveryMs = 15_000;

/** Checks whether work waits for something that this process cannot serve; rejects with how much, by kind. */
export function createParkedCheck(
  loops: readonly Pick<WorkLoop, "state">[],
  now: () => number,
): () => Promise<void> {
  let counted: { readonly at: number; readonly states: Promise<readonly WorkState[]> } | undefined;
  return async () => {
    if (counted === undefined || now() - counted.at >= countEveryMs || now() < counted.at)
      counted = { at: now(), states: Promise.all(loops.map((loop) => loop.state())) };
    const parked = (await counted.states).filter((state) => state.parked > 0);
    if (parked.length === 0) return;
    const words = parked.map((state) => `${state.kind} ${state.parked}`).join(", ");
    throw new Error(
      `parked, because nothing in this configuration serves it: ${words}. Configure its registry, platform or target again, or leave it.`,
    );
  };
}
