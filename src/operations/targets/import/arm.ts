import type { ArmCaller } from "../../../azure/arm-caller.ts";
import type { ArmPurpose } from "../../../azure/arm-errors.ts";
import { armPath } from "../../../azure/arm-id.ts";
import { type ArmOperation, armOperationOf } from "../../../azure/long-running.ts";
import { ChatopsError, hasCode, orNothing } from "../../../errors.ts";
import type { ImportTarget } from "../../../nouns/target.ts";
import type { TargetDeps } from "../../target-deps.ts";
import type { Job, StepResult, StepRun } from "../../target-port.ts";
import { type ImportPlace, placeOf } from "./import-place.ts";

// The newest stable version of registries (acr-facts 3).
const registryApiVersion = "2025-11-01";
// A replica of a geo-replicated registry may answer with the state of a moment ago.
const replicaLagMs = 120_000;
const lagPollMs = 5_000;

/** What the parts of the target work with. */
export interface ImportContext {
  readonly target: ImportTarget;
  /** ARM seen with the target's identity. */
  readonly arm: ArmCaller;
  readonly deps: TargetDeps;
}

/** The place of a job that was checked before; throws `target-refused` if the configuration is another one since. */
export function readyPlace({ target, deps }: ImportContext, image: Job["image"]): ImportPlace {
  const place = placeOf(target, deps, image);
  if (place.kind === "ready") return place;
  throw new ChatopsError("target-refused", `${place.why}. ${place.help}`);
}

function purposeOf({ target }: ImportContext, doing: string): ArmPurpose {
  const action = "Microsoft.ContainerRegistry/registries/importImage/action";
  return { doing, action, on: `the registries ${target.into.registry} and ${target.registry}` };
}

/**
 * Asks for one import, under a tag or by its digest alone, and gives what it is followed by if it is not over at once.
 * Twice is the same as once.
 */
export async function startImport(
  context: ImportContext,
  place: ImportPlace,
  sourceImage: string,
  tag: string | undefined,
  signal: AbortSignal,
): Promise<ArmOperation | undefined> {
  const { repository } = place;
  const names =
    tag === undefined
      ? { targetTags: [], untaggedTargetRepositories: [repository] }
      : { targetTags: [`${repository}:${tag}`], untaggedTargetRepositories: [] };
  const request = {
    method: "POST",
    path: `${armPath(place.destination)}/importImage`,
    apiVersion: registryApiVersion,
    json: { source: { resourceId: place.source, sourceImage }, ...names, mode: "Force" },
  } as const;
  const purpose = purposeOf(context, `import ${sourceImage} into ${repository}`);
  return armOperationOf(await context.arm.send(purpose, request, signal));
}

/**
 * Looks whether an import is over and what it was to bring is there; undefined: both. `missing` asks the registry, and
 * says what is not there, in words for a wait and for the end.
 */
export async function followImport(
  context: ImportContext,
  operation: ArmOperation | undefined,
  missing: () => Promise<{ readonly progress: string; readonly outcome: string } | undefined>,
  { begunAt, signal }: Pick<StepRun, "begunAt" | "signal">,
): Promise<StepResult | undefined> {
  const word = operation === undefined ? "over" : await lookAtImport(context, operation, signal);
  if (typeof word !== "string") return word;
  const said = await missing();
  if (said === undefined) return undefined;
  // Where its end cannot be read, the operation's deadline ends it.
  return word === "unreadable" || context.deps.now() - begunAt < replicaLagMs
    ? { kind: "wait", afterMs: lagPollMs, progress: said.progress }
    : { kind: "in-doubt", outcome: said.outcome };
}

/** What an import's own word makes of the step; `unreadable`: it cannot be asked, and the registry has to tell. */
async function lookAtImport(
  context: ImportContext,
  operation: ArmOperation,
  signal: AbortSignal,
): Promise<StepResult | "over" | "unreadable"> {
  const polling = context.arm.poll(
    purposeOf(context, "follow the import"),
    operation,
    registryApiVersion,
    signal,
  );
  // The importer's role need not reach the operation's address, and addresses end: then reading says how it went.
  const polled = await orNothing(polling, (error) => hasCode(error, "arm-forbidden", "arm-not-found"));
  switch (polled?.kind) {
    case undefined:
      return "unreadable";
    case "running":
      return { kind: "wait", afterMs: polled.afterMs, progress: "Azure imports it" };
    case "failed":
      return { kind: "failed", outcome: `the import failed: ${polled.why}`, changed: "unknown" };
    case "cancelled":
      return { kind: "failed", outcome: "the import was cancelled in Azure", changed: "unknown" };
    case "succeeded":
      return "over";
    default:
      return polled satisfies never;
  }
}
