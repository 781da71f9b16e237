import { z } from "zod";
import { pollAfterMs } from "../../../azure/long-running.ts";
import { hasCode, orNothing } from "../../../errors.ts";
import type { WebAppTarget } from "../../../nouns/target.ts";
import { safeText } from "../../../outgoing/safe-text.ts";
import type { ArmContext } from "../arm-context.ts";

// The list says UNKNOWN of what it has not asked itself; more instances than this no plan has.
const mostAsked = 100;

const text = z.string().max(10_000).nullish();
// READY, STOPPED or UNKNOWN (azure-rest-api-specs, SiteRuntimeState).
const Instance = z.object({ name: text, properties: z.object({ state: text }).nullish() });
const Instances = z.object({ value: z.array(Instance).max(1_000) });
// As azure-cli's `az webapp troubleshoot status` reads it, and its tests have it: Started, Running, Starting, Stopped; its
// ids are the instances' names.
const Status = z.object({
  instanceId: text,
  state: text,
  lastError: text,
  lastErrorDetails: text,
  lastErrorTimestamp: text,
});
const Statuses = z.union([z.array(Status).max(1_000), Status.transform((one) => [one])]);
const SiteStatus = z.object({ properties: Statuses });
const readyStates: readonly (string | undefined)[] = ["started", "running", "ready"];

/** A container that did not start. */
export interface StartError {
  /** App Service's words. */
  readonly why: string;
  /** By App Service's clock, in ms; Infinity where it does not say. */
  readonly at: number;
}

/** How an app's instances are, by one look; `afterMs` until the next. */
export interface InstanceCount {
  readonly ready: number;
  readonly stopped: number;
  readonly all: number;
  /** Newest first; an instance keeps its last one, and may run all the same. */
  readonly errors: readonly StartError[];
  readonly afterMs: number;
}

/** Counts the app's instances by what App Service says of each. */
export async function countInstances(
  context: ArmContext<WebAppTarget>,
  signal: AbortSignal,
): Promise<InstanceCount> {
  const { resource, deps } = context;
  const statuses = await readStatuses(context, signal);
  const known = new Map(statuses.map((one) => [one.instanceId?.toLowerCase(), one.state?.toLowerCase()]));
  const call = { doing: "read the instances of", right: "instances/read", below: "/instances" };
  const list = await resource.ask(call, Instances, signal);
  const states = await Promise.all(
    list.body.value.map(async (instance, index) => {
      const state = known.get(instance.name?.toLowerCase()) ?? instance.properties?.state?.toLowerCase();
      return state === "unknown" && index < mostAsked ? await askOne(context, instance, signal) : state;
    }),
  );
  return {
    ready: states.filter((state) => readyStates.includes(state)).length,
    stopped: states.filter((state) => state === "stopped").length,
    all: states.length,
    errors: statuses.flatMap(errorOf).sort((one, other) => other.at - one.at),
    afterMs: pollAfterMs(list, deps.now()),
  };
}

/** What siteStatus says of each instance; nothing where a cloud does not know it. */
async function readStatuses({ resource }: ArmContext<WebAppTarget>, signal: AbortSignal) {
  const call = { doing: "read the status of", right: "siteStatus/read", below: "/siteStatus" };
  const answer = await orNothing(resource.ask(call, SiteStatus, signal), (error) =>
    hasCode(error, "arm-not-found"),
  );
  return answer?.body.properties ?? [];
}

async function askOne(
  { resource }: ArmContext<WebAppTarget>,
  { name }: z.infer<typeof Instance>,
  signal: AbortSignal,
): Promise<string | undefined> {
  const below = `/instances/${encodeURIComponent(name?.split("/").at(-1) ?? "")}`;
  const call = { doing: "read an instance of", right: "instances/read", below };
  const { body } = await resource.ask(call, Instance, signal);
  return body.properties?.state?.toLowerCase();
}

function errorOf(status: z.infer<typeof Status>): readonly StartError[] {
  const { lastError, lastErrorDetails, lastErrorTimestamp } = status;
  if (!lastError) return [];
  const at = Date.parse(lastErrorTimestamp ?? "");
  const why = safeText([lastError, lastErrorDetails ?? ""].filter((part) => part !== "").join(": "));
  return [{ why, at: Number.isNaN(at) ? Number.POSITIVE_INFINITY : at }];
}
