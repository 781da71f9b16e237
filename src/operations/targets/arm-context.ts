import type { ArmCaller } from "../../azure/arm-caller.ts";
import { type ArmResource, createArmResource, type ResourcePlace } from "../../azure/arm-resource.ts";
import type { ArmOperation } from "../../azure/long-running.ts";
import { lazily } from "../../work/lazily.ts";
import type { IdentityDeps, TargetDeps } from "../target-deps.ts";

/** What the parts of a target in Azure work with. */
export interface ArmContext<Target> {
  readonly target: Target;
  /** What the target changes, seen with its identity. */
  readonly resource: ArmResource;
  readonly deps: TargetDeps;
}

/** The context of a target with an identity of its own. */
export function armContext<Target extends { readonly credential: string }>(
  target: Target,
  deps: TargetDeps,
  place: ResourcePlace,
): ArmContext<Target> {
  return { target, deps, resource: createArmResource(lazyArm(deps, target.credential), place) };
}

/** ARM seen with the identity of that name; the Azure SDK is loaded at the first call. */
export function lazyArm(deps: IdentityDeps, credentialName: string): ArmCaller {
  const open = async () => {
    const { createArmCaller } = await import("../../azure/arm-caller.ts");
    const { azure, now } = deps;
    return createArmCaller({ azure, credential: deps.credentials.get(credentialName), credentialName, now });
  };
  return lazily(open, { send: true, ask: true, poll: true });
}

const addressNote = "operationUrl";
const kindNote = "operationKind";

/** A long-running operation of ARM as notes of a journal. Its address is no secret: it takes a token to read it. */
export function notesOf(operation: ArmOperation | undefined): Readonly<Record<string, string>> {
  return operation === undefined ? {} : { [addressNote]: operation.url, [kindNote]: operation.kind };
}

/** What `notesOf` has written down, if there was one. */
export function operationIn(notes: Readonly<Record<string, string>>): ArmOperation | undefined {
  const url = notes[addressNote];
  if (url === undefined) return undefined;
  return { url, kind: notes[kindNote] === "location" ? "location" : "status" };
}
