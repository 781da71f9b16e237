import type { Platform } from "./channel.ts";

/** Who somebody is on one platform. Names are for display and never a key. */
export interface Principal {
  readonly platform: Platform;
  /** Slack: team id · Teams: Entra tenant id. */
  readonly tenant: string;
  readonly userId: string;
  readonly name: string;
}

/** What the platform says somebody is. Only `member` may read or act; `unknown` until the platform was asked. */
export type Membership = "member" | "guest" | "outsider" | "bot" | "deactivated" | "unknown";

/** A principal as last read from the platform. */
export interface KnownPrincipal extends Principal {
  readonly membership: Membership;
  /** Their zone of the IANA database, where the platform tells it. */
  readonly timeZone?: string;
  /** The place where the platform can be asked about them; Teams knows people by their conversations only. */
  readonly seenIn?: string;
  readonly readAt: number;
}

/** `slack:T123:U456`: the text form, used as key in the store and in the audit. */
export function principalKey(principal: Pick<Principal, "platform" | "tenant" | "userId">): string {
  return `${principal.platform}:${principal.tenant}:${principal.userId}`;
}
