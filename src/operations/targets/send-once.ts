import { ChatopsError } from "../../errors.ts";
import { NotTaken } from "../../outgoing/not-taken.ts";
import type { Looked, StepRun } from "../target-port.ts";

// How long a request whose answer was lost may still be on its way to an effect: our own 30 s for a call, and as long
// again for what stands between. No platform gives a number.
export const settleMs = 60_000;

type Run = Pick<StepRun, "notes" | "note">;

/** What a search for an operation's own run found; `why` nobody can tell follows on the pipeline: `has run too often`. */
export type FoundRun =
  | { readonly kind: "found"; readonly runId: string }
  | { readonly kind: "none" }
  | { readonly kind: "unreadable"; readonly why: string };

/**
 * Sends what must not be sent twice: `sentAt` is written down before, and taken back if it certainly was not taken. Any
 * other failure is made retryable, so that `lookForSent` is asked before it is sent again.
 */
export async function sendOnce<T>(run: Run, now: () => number, send: () => Promise<T>): Promise<T> {
  await run.note({ sentAt: String(now()) });
  try {
    return await send();
  } catch (error) {
    if (error instanceof NotTaken) await run.note({ sentAt: "" });
    if (!(error instanceof ChatopsError) || error instanceof NotTaken || error.retryable) throw error;
    throw new ChatopsError(error.code, error.message, { retryable: true, cause: error });
  }
}

/**
 * Says what became of it: absent if nothing was sent, or if nothing is found after the minute in which it may still turn
 * up; before that it throws a retryable ChatopsError that says when to look again.
 */
export async function lookForSent(
  { notes }: Pick<StepRun, "notes">,
  now: () => number,
  find: (sentAt: number) => Promise<FoundRun>,
): Promise<Looked> {
  const sentAt = sentAtOf(notes);
  if (sentAt === undefined) return { kind: "absent" };
  const found = await find(sentAt);
  if (found.kind === "found") return { kind: "done", notes: { runId: found.runId } };
  if (found.kind === "unreadable") return { kind: "unknown", why: found.why };
  const left = sentAt + settleMs - now();
  if (left <= 0) return { kind: "absent" };
  throw new ChatopsError(
    "target-unavailable",
    "The answer to the start of the run was lost, and no run is there yet. It will be looked for again.",
    { retryable: true, retryAfterMs: left },
  );
}

/** When it was sent, in ms; undefined if nothing was sent. */
export function sentAtOf(notes: StepRun["notes"]): number | undefined {
  return notes.sentAt === undefined || notes.sentAt === "" ? undefined : Number(notes.sentAt);
}
