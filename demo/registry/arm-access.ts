import type { Call } from "../shared/http-call.ts";
import { armForbidden, createArmGate } from "./arm-gate.ts";
import type { Callers } from "./callers.ts";
import type { EntraKeys } from "./entra-keys.ts";
import type { Right } from "./rights.ts";

/** Lets a call to ARM through, or throws 401, 400 (no api-version) or 403 as ARM words them. */
export type ArmAccess = (call: Call, right: Right) => Promise<void>;

/** Checks calls of the management plane: an Entra token for ARM, `api-version`, and the right to the action. */
export function createArmAccess(options: {
  readonly entra: EntraKeys;
  readonly callers: Callers;
  readonly tenantId: string;
  readonly resourceId: string;
}): ArmAccess {
  const gate = createArmGate(options);
  return async (call, right) => {
    const subject = await gate(call);
    if (options.callers.rightsOf(subject).includes(right)) return;
    const action = `Microsoft.ContainerRegistry/registries/${right === "pull" ? "pull/read" : right}`;
    throw armForbidden(subject, action, options.resourceId);
  };
}
