import type { Config } from "../config/config.ts";
import { isPlacing, type Operation } from "../nouns/operation.ts";
import { ownOf } from "../policy/question.ts";
import type { RegistryAccess } from "../registry/registries.ts";
import type { Store } from "../store/store.ts";
import type { FindTarget } from "./find-target.ts";
import { jobOf } from "./job-of.ts";
import { reviewSteps } from "./review-steps.ts";
import type { StepsRun } from "./run-steps.ts";
import type { Observed, Step } from "./target-port.ts";

/** What carries an operation out. */
export interface OperationSteps {
  readonly steps: readonly Step[];
  readonly cancel?: StepsRun["cancel"] | undefined;
  /** Of the target's configuration; absent: it is about no target. */
  readonly targetRevision?: string;
  /** From its first start to its end, in ms. */
  readonly timeoutMs: number;
  /** What its target runs now; absent: it is about no target. */
  readonly observe?: (signal: AbortSignal) => Promise<Observed>;
}

/** Finds what carries an operation out, from the configuration of now; undefined where nothing can. */
export type StepsOf = (operation: Operation) => Promise<OperationSteps | undefined>;

// A review is two or three calls; each has its own deadline.
const reviewTimeoutMs = 10 * 60_000;

interface StepsDeps {
  readonly config: () => Config;
  readonly store: Pick<Store, "findArtifact">;
  readonly accessTo: (registry: string) => RegistryAccess;
  readonly findTarget: FindTarget;
}

/** Makes the source of work. */
export function createStepsOf(deps: StepsDeps): StepsOf {
  return async (operation) => {
    if (!isPlacing(operation.kind)) return await reviewWork(operation, deps);
    const config = deps.config();
    const name = operation.target ?? "";
    const target = ownOf(config.targets, name);
    const port = await deps.findTarget(name);
    const job = jobOf(operation, config);
    if (target === undefined || port === undefined || job === undefined) return undefined;
    const { cancel } = port;
    return {
      steps: port.steps(job),
      targetRevision: target.revision,
      timeoutMs: target.timeoutMs,
      observe: (signal) => port.observe(job.image, signal),
      cancel: cancel && ((notes, signal) => cancel(job, notes, signal)),
    };
  };
}

async function reviewWork(operation: Operation, { store, accessTo }: StepsDeps) {
  const { reviewer } = accessTo(operation.registry);
  if (reviewer === undefined) return undefined;
  const artifact = await store.findArtifact(operation);
  return { steps: reviewSteps(operation, reviewer, artifact?.children ?? []), timeoutMs: reviewTimeoutMs };
}
