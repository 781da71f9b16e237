import type { ArmPurpose } from "../../../azure/arm-errors.ts";
import { armPath } from "../../../azure/arm-id.ts";
import { type ArmOperation, armOperationOf } from "../../../azure/long-running.ts";
import { ChatopsError } from "../../../errors.ts";
import type { ImportTarget } from "../../../nouns/target.ts";
import type { Job, StepResult } from "../../target-port.ts";
import type { ArmContext } from "../arm-context.ts";
import { type ImportPlace, placeOf } from "./import-place.ts";

// The newest stable version of registries (acr-facts 3).
const registryApiVersion = "2025-11-01";
// A replica of a geo-replicated registry may answer with the state of a moment ago.
export const replicaLagMs = 120_000;
export const lagPollMs = 5_000;

export type ImportContext = ArmContext<ImportTarget>;

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

/** Asks for one import, and gives what it is followed by if it is not over at once. Twice is the same as once. */
export async function startImport(
  context: ImportContext,
  place: ImportPlace,
  sourceImage: string,
  names: { readonly targetTags: readonly string[]; readonly untaggedTargetRepositories: readonly string[] },
  signal: AbortSignal,
): Promise<ArmOperation | undefined> {
  const request = {
    method: "POST",
    path: `${armPath(place.destination)}/importImage`,
    apiVersion: registryApiVersion,
    json: { source: { resourceId: place.source, sourceImage }, ...names, mode: "Force" },
  } as const;
  const purpose = purposeOf(context, `import ${sourceImage} into ${place.repository}`);
  return armOperationOf(await context.arm.send(purpose, request, signal));
}

/** What an import's own word makes of the step; `unreadable`: it cannot be asked, and the registry has to tell. */
export async function lookAtImport(
  context: ImportContext,
  operation: ArmOperation,
  signal: AbortSignal,
): Promise<StepResult | "over" | "unreadable"> {
  const purpose = purposeOf(context, "follow the import");
  try {
    const polled = await context.arm.poll(purpose, operation, registryApiVersion, signal);
    if (polled.kind === "running")
      return { kind: "wait", afterMs: polled.afterMs, progress: "Azure imports it" };
    if (polled.kind === "failed")
      return { kind: "failed", outcome: `the import failed: ${polled.why}`, changed: "unknown" };
    if (polled.kind === "cancelled")
      return { kind: "failed", outcome: "the import was cancelled in Azure", changed: "unknown" };
    return "over";
  } catch (error) {
    // The importer's role need not reach the operation's address, and addresses end: then reading says how it went.
    const isOut = error instanceof ChatopsError && /^arm-(?:forbidden|not-found)$/.test(error.code);
    if (isOut) return "unreadable";
    throw error;
  }
}
