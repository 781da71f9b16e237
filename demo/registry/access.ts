import { readBearer } from "../shared/credentials.ts";
import type { Call } from "../shared/http-call.ts";
import type { AcrTokens, Grant } from "./acr-tokens.ts";
import { type Callers, readBasic } from "./callers.ts";
import { originSeenBy, registryHost } from "./origin.ts";
import { RegistryError } from "./registry-error.ts";

/** What a call needs: all of `actions`, or any one of `orAny`; the challenge names `actions`. */
export type Need = {
  readonly type: "repository" | "registry";
  readonly name: string;
  readonly actions: readonly string[];
  readonly orAny?: readonly string[];
};

/** What the caller may see beyond its scopes. */
export type Caller = {
  readonly subject: string;
  readonly isQuarantineReader: boolean;
  readonly isQuarantineWriter: boolean;
  readonly may: (repository: string, action: string) => boolean;
};

/** Checks calls of the data plane. */
export type Access = ReturnType<typeof createAccess>;

/** Answers 401 with the challenge of acr-facts 4.1 unless the call's token (or plain Basic) covers the need. */
export function createAccess(options: {
  readonly loginServer: string;
  readonly tokens: AcrTokens;
  readonly callers: Callers;
}) {
  const { tokens, callers, loginServer } = options;

  async function findGrant(call: Call, need: Need | undefined): Promise<Grant | undefined> {
    const header = call.headers.authorization;
    const bearer = readBearer(call.headers);
    if (bearer !== undefined) return tokens.readAccessToken(bearer);
    const basic = readBasic(header);
    const admin = basic === undefined ? undefined : callers.findAdmin(...basic);
    if (admin === undefined) return undefined;
    const name = need?.name ?? "";
    return callers.grant(admin, [
      "registry:catalog:*",
      ...(need?.type === "repository" ? [`repository:${name}:*`] : []),
    ]);
  }

  function challenge(call: Call, need: Need | undefined, problem: string | undefined): RegistryError {
    const host = registryHost(call.host, loginServer);
    const parts = [`realm="${originSeenBy(call.host, host)}/oauth2/token"`, `service="${loginServer}"`];
    if (need !== undefined) parts.push(`scope="${need.type}:${need.name}:${need.actions.join(",")}"`);
    if (problem !== undefined) parts.push(`error="${problem}"`);
    const detail = (need?.actions ?? []).map((action) => ({
      Type: need?.type,
      Name: need?.name,
      Action: action,
    }));
    return new RegistryError(401, "UNAUTHORIZED", "authentication required", {
      detail,
      headers: { "Www-Authenticate": `Bearer ${parts.join(",")}` },
    });
  }

  return {
    /** The caller, when a valid token covers the need; without a need any valid token does. */
    async authorize(call: Call, need?: Need): Promise<Caller> {
      const grant = await findGrant(call, need);
      const hasHeader = call.headers.authorization !== undefined;
      if (grant === undefined) throw challenge(call, need, hasHeader ? "invalid_token" : undefined);
      if (need !== undefined && !covers(grant, need)) throw challenge(call, need, "insufficient_scope");
      return {
        subject: grant.subject,
        isQuarantineReader: grant.roles.includes("AcrQuarantineReader"),
        isQuarantineWriter: grant.roles.includes("AcrQuarantineWriter"),
        may: (name, action) => covers(grant, { type: "repository", name, actions: [action] }),
      };
    },
  };
}

function covers(grant: Grant, need: Need): boolean {
  const held = grant.access
    .filter((access) => access.Type === need.type && access.Name === need.name)
    .flatMap((access) => access.Actions);
  return (
    need.actions.every((action) => held.includes(action)) ||
    (need.orAny ?? []).some((any) => held.includes(any))
  );
}
