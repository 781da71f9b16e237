import { ChatopsError } from "../../../errors.ts";
import type { Cancelled, Looked, StepResult, StepRun } from "../../target-port.ts";

// A pipeline takes minutes; both platforms ask not to be polled without need.
const pollMs = 10_000;
const stoppingPollMs = 15_000;

/** A run on another system, as far as following it goes. `stopping` and `running` are under way. */
export interface RunView {
  readonly kind: "running" | "stopping" | "succeeded" | "failed" | "cancelled" | "unclear";
  /** In words of the other system: `queued`, `waits for an approval there`. */
  readonly says: string;
  readonly link: string;
  readonly retryAfterMs?: number;
}

/** What a run's state means for the step that waits for it; `tail` is asked for the end of a failed run's log. */
export async function stepOfRun(
  name: string,
  run: RunView,
  tail: () => Promise<string | undefined>,
): Promise<StepResult> {
  const { link } = run;
  switch (run.kind) {
    case "running":
    case "stopping":
      return { kind: "wait", afterMs: Math.max(pollMs, run.retryAfterMs ?? 0), progress: run.says, link };
    case "succeeded":
      return { kind: "done", link };
    case "cancelled":
      return { kind: "failed", outcome: `${name} was cancelled there`, changed: "unknown", link };
    case "unclear":
      return { kind: "in-doubt", outcome: `${name} ended (${run.says}); look there what it did`, link };
    case "failed": {
      const lines = await tail();
      const outcome = `${name} failed (${run.says})${lines === undefined ? "" : `. The end of its log:\n${lines}`}`;
      // How far it came is for whoever reads its log.
      return { kind: "failed", outcome, changed: "unknown", link };
    }
    default:
      return run.kind satisfies never;
  }
}

/**
 * Stops a run: asks for it once, then throws a retryable ChatopsError until the run has really ended, so that nothing
 * else is started beside it. A run that came to its end first is too late to stop.
 */
export async function stopRun(deps: {
  readonly name: string;
  /** The run's id as noted; undefined if none was. */
  readonly runId: string | undefined;
  /** Looks for a run whose start was not seen to end. */
  readonly look: () => Promise<Looked>;
  readonly read: (runId: string) => Promise<RunView>;
  readonly stop: (runId: string) => Promise<void>;
}): Promise<Cancelled> {
  const looked: Looked = deps.runId === undefined ? await deps.look() : { kind: "done" };
  if (looked.kind === "absent") return { kind: "cancelled", outcome: "nothing was started", changed: "no" };
  if (looked.kind === "unknown") return { kind: "too-late", why: looked.why };
  const runId = deps.runId ?? looked.notes?.runId ?? "";
  const run = await deps.read(runId);
  if (run.kind === "cancelled")
    return {
      kind: "cancelled",
      outcome: `${deps.name} was stopped; see there what it had done`,
      changed: "unknown",
    };
  if (run.kind !== "running" && run.kind !== "stopping")
    return { kind: "too-late", why: `${deps.name} has ended (${run.says})` };
  if (run.kind === "running") await deps.stop(runId);
  throw new ChatopsError("target-unavailable", `${deps.name} was asked to stop, and is not at its end yet.`, {
    retryable: true,
    retryAfterMs: stoppingPollMs,
  });
}

/** The end of a log if it can be had: a log that cannot be read changes nothing about how a run ended. */
export async function tailIfAny(
  read: () => Promise<string | undefined>,
  { signal }: Pick<StepRun, "signal">,
): Promise<string | undefined> {
  try {
    return await read();
  } catch (error) {
    if (signal.aborted || !(error instanceof ChatopsError)) throw error;
    return undefined;
  }
}
