import type { Plan, StepResult } from "../target-port.ts";

/** Why a target does not take an image, and what to do about it. */
export type RefusedPlan = Extract<Plan, { kind: "refused" }>;

/** What `plan` says of what it found. */
export function refused(why: string, help: string): RefusedPlan {
  return { kind: "refused", why, help };
}

/** The same refusal as the end of a step. */
export function failedFor({ why, help }: RefusedPlan): StepResult {
  return { kind: "failed", outcome: `${why}. ${help}` };
}
