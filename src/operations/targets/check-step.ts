import type { Plan, Step, StepResult } from "../target-port.ts";

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

/** The first step of every target: what `plan` refuses ends it, and what runs until now is written down. */
export function checkStep<
  Found extends { readonly kind: string; readonly digestBefore?: string | undefined },
>(
  says: string,
  examine: (signal: AbortSignal) => Promise<Found | RefusedPlan>,
  notesOf: (found: Found) => Readonly<Record<string, string>> = () => ({}),
): Step {
  return {
    name: "check",
    says,
    changes: false,
    run: async ({ signal, noteDigestBefore }) => {
      const found = await examine(signal);
      if (isRefused(found)) return failedFor(found);
      await noteDigestBefore(found.digestBefore);
      return { kind: "done", notes: notesOf(found) };
    },
  };
}

function isRefused(found: { readonly kind: string }): found is RefusedPlan {
  return found.kind === "refused";
}
