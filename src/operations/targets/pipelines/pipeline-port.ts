import type { Job, Looked, Plan, StepResult, StepRun, TargetPort } from "../../target-port.ts";
import { checkStep } from "../check-step.ts";
import { askHowItIs } from "../send-once.ts";
import { type RunView, stopRun } from "./follow-run.ts";

/** What a pipeline of another system can do for us. */
export interface Pipeline {
  readonly type: "azure-pipelines" | "github";
  /** For people: `the workflow deploy.yml of contoso/shop`. */
  readonly name: string;
  plan(job: Job, signal: AbortSignal): Promise<Plan>;
  /** Starts a run; not to be repeated without a look. */
  start(job: Job, run: StepRun): Promise<StepResult>;
  /** Finds a run by the operation's id. */
  look(job: Job, notes: StepRun["notes"], signal: AbortSignal): Promise<Looked>;
  follow(job: Job, run: StepRun): Promise<StepResult>;
  read(runId: string, signal: AbortSignal): Promise<RunView>;
  stop(runId: string, signal: AbortSignal): Promise<void>;
  /** The run's page, once its id is noted. */
  linkOf(notes: StepRun["notes"]): string | undefined;
}

/** A target that runs a pipeline: check, start, follow. What it deploys to is not known here. */
export function createPipelinePort(pipeline: Pipeline): TargetPort {
  const { type, name } = pipeline;
  return {
    type,
    plan: (job, signal) => pipeline.plan(job, signal),
    steps: (job) => [
      checkStep(`read ${name}`, (signal) => pipeline.plan(job, signal)),
      {
        name: "start",
        says: `start ${name}`,
        changes: true,
        look: ({ notes, signal }) => pipeline.look(job, notes, signal),
        run: (run) => pipeline.start(job, run),
      },
      {
        name: "follow",
        says: `wait for ${name}`,
        changes: false,
        run: (run) => askHowItIs(() => pipeline.follow(job, run), pipeline.linkOf(run.notes)),
      },
    ],
    observe: async () => ({ kind: "unknown" }),
    cancel: (job, notes, signal) =>
      stopRun({
        name,
        runId: notes.runId,
        look: () => pipeline.look(job, notes, signal),
        read: (runId) => pipeline.read(runId, signal),
        stop: (runId) => pipeline.stop(runId, signal),
      }),
  };
}
