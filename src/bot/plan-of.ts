import type { Config } from "../config/config.ts";
import { isPlacing } from "../nouns/operation.ts";
import type { FindTarget } from "../operations/find-target.ts";
import { jobOf } from "../operations/job-of.ts";
import type { CommandDeps } from "./commands/command.ts";

/** Makes what asks a target what a wish would change. It asks the network and changes nothing. */
export function createPlanOf(deps: {
  readonly config: () => Config;
  readonly findTarget: FindTarget;
  readonly newId: () => string;
}): CommandDeps["planOf"] {
  return async (wish, requestedBy, signal) => {
    if (!isPlacing(wish.kind) || wish.target === undefined) return undefined;
    const job = jobOf({ ...wish, id: deps.newId(), requestedBy }, deps.config());
    const port = await deps.findTarget(wish.target);
    return job === undefined ? undefined : await port?.plan(job, signal);
  };
}
