import { ArmError } from "../registry/arm-error.ts";
import { type ArmGate, armForbidden } from "../registry/arm-gate.ts";
import type { Call } from "../shared/http-call.ts";

/** An identity and the actions of its roles; `*` stands for any text, as in Azure's role definitions. */
export type AzureIdentity = { readonly clientId: string; readonly actions: readonly string[] };

/** Lets a call through, or throws 401, 400 or 403 as ARM words them. `scope`: ARM id of what it is about. */
export type Access = (call: Call, action: string, scope: string) => Promise<void>;

// Versions that the providers of this world speak; ARM refuses others by naming those that it knows.
const knownVersions: Readonly<Record<string, readonly string[]>> = {
  "microsoft.web": ["2023-12-01", "2024-04-01", "2024-11-01", "2025-03-01"],
  "microsoft.app": ["2024-03-01", "2025-01-01", "2025-07-01"],
  "microsoft.resources": ["2022-02-01", "2024-03-01", "2025-04-01"],
};

/** Checks token, api-version and action of each call. */
export function createAccess(gate: ArmGate, identities: readonly AzureIdentity[]): Access {
  return async (call, action, scope) => {
    const subject = await gate(call);
    checkVersion(call, action);
    const actions = identities.find((identity) => identity.clientId === subject)?.actions ?? [];
    if (!actions.some((granted) => covers(granted, action))) throw armForbidden(subject, action, scope);
  };
}

function checkVersion(call: Call, action: string): void {
  const provider = action.split("/")[0] ?? "";
  const known = knownVersions[provider.toLowerCase()] ?? [];
  const version = call.query.get("api-version") ?? "";
  if (known.includes(version)) return;
  const message = `No registered resource provider found for location 'westeurope' and API version '${version.slice(0, 40)}' for type '${provider}'. The supported api-versions are '${known.join(", ")}'.`;
  throw new ArmError(400, "NoRegisteredProviderFound", message);
}

function covers(granted: string, action: string): boolean {
  const parts = granted
    .toLowerCase()
    .split("*")
    .map((part) => part.replace(/[.+?^${}()|[\]\\]/g, "\\$&"));
  return new RegExp(`^${parts.join(".*")}$`).test(action.toLowerCase());
}
