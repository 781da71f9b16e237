import type { ArmCaller } from "../../azure/arm-caller.ts";
import { once } from "../../registry/lazy-planes.ts";
import type { TargetDeps } from "../target-deps.ts";

/** Gives ARM seen with the identity of that name; the Azure SDK is loaded at the first use. */
export function lazyArm(deps: TargetDeps, credentialName: string): () => Promise<ArmCaller> {
  return once(async () => {
    const { createArmCaller } = await import("../../azure/arm-caller.ts");
    const { azure, now } = deps;
    return createArmCaller({ azure, credential: deps.credentials.get(credentialName), credentialName, now });
  });
}
