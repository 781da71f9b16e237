import type { DeployedImage, Job, Plan } from "../target-port.ts";
import type { RefusedPlan } from "./check-step.ts";
import { ownDigest, type RunningImage, refuseForeign } from "./running-image.ts";

interface Ready {
  readonly kind: "ready";
  readonly running?: RunningImage | undefined;
}

/**
 * A place whose image is configured, as a deploy to it looks at it: `read` refuses another one's image, `plan` says what
 * would change, in the lines that `linesOf` makes of what was read.
 */
export function configuredImage<State extends Ready>(place: {
  /** For people: `the web app shop`. */
  readonly name: string;
  readonly replaces: readonly string[];
  readonly read: (signal: AbortSignal) => Promise<State | RefusedPlan>;
  readonly linesOf: (state: State, job: Job, digestBefore: string | undefined) => readonly string[];
}) {
  const read = async (image: DeployedImage, signal: AbortSignal): Promise<State | RefusedPlan> => {
    const state = await place.read(signal);
    if (state.kind === "refused") return state;
    return refuseForeign(state.running, image, place.replaces, place.name) ?? state;
  };
  return {
    read,
    plan: async (job: Job, signal: AbortSignal): Promise<Plan> => {
      const state = await read(job.image, signal);
      if (state.kind === "refused") return state;
      const digestBefore = ownDigest(state.running, job.image);
      return { kind: "change", digestBefore, lines: place.linesOf(state, job, digestBefore) };
    },
  };
}
