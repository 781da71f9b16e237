import type { Config } from "../config/config.ts";
import type { Principal } from "../nouns/principal.ts";
import type { Wish } from "../nouns/request.ts";
import type { FindTarget } from "./find-target.ts";
import { jobOf } from "./job-of.ts";
import type { Plan } from "./target-port.ts";

// Nothing is done by a plan, so no other side keeps its id.
const planId = "00000000-0000-0000-0000-000000000000";

/**
 * Makes what says what a wish would change, read from its target now; undefined: it has no target that is configured.
 * Nothing is changed by it; it throws a ChatopsError where the target cannot be asked.
 */
export function createPlanOf(deps: { readonly config: () => Config; readonly findTarget: FindTarget }) {
  return async (wish: Wish, requestedBy: Principal, signal: AbortSignal): Promise<Plan | undefined> => {
    const job = jobOf({ id: planId, requestedBy, ...wish }, deps.config());
    const port = wish.target === undefined ? undefined : await deps.findTarget(wish.target);
    return port === undefined || job === undefined ? undefined : await port.plan(job, signal);
  };
}
