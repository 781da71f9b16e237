import { z } from "zod";
import { pollAfterMs } from "../../../azure/long-running.ts";
import type { WebAppTarget } from "../../../nouns/target.ts";
import type { ArmContext } from "../arm-context.ts";

// READY, STOPPED or UNKNOWN (azure-rest-api-specs, SiteRuntimeState).
const Instances = z.object({
  value: z
    .array(z.object({ properties: z.object({ state: z.string().max(100).nullish() }).nullish() }))
    .max(1_000),
});

/** Counts the app's instances by what App Service says of them; `afterMs` until the next look. */
export async function countInstances({ resource, deps }: ArmContext<WebAppTarget>, signal: AbortSignal) {
  const call = { doing: "read the instances of", right: "instances/read", below: "/instances" };
  const answer = await resource.ask(call, Instances, signal);
  const states = answer.body.value.map(({ properties }) => properties?.state?.toUpperCase());
  return {
    ready: states.filter((state) => state === "READY").length,
    stopped: states.filter((state) => state === "STOPPED").length,
    all: states.length,
    afterMs: pollAfterMs(answer, deps.now()),
  };
}
