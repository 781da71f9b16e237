import type { Platform } from "./channel.ts";

/**
 * A place on a platform where the bot is (or was) and may write: learned from what the platform tells us, never from
 * the configuration. On Teams a post needs the place's own service address and tenant.
 */
export interface Installation {
  readonly platform: Platform;
  /** The conversation's own id: `19:…@thread.tacv2` of a channel, `19:…@thread.v2` of a chat, `a:…` of a person. */
  readonly id: string;
  readonly kind: "channel" | "chat" | "person";
  readonly tenant: string;
  /** Where the platform takes posts for this place; refreshed by each activity. */
  readonly serviceUrl: string;
  readonly name?: string;
  /** The team that a channel belongs to: a team's installation is that of all its channels. */
  readonly teamId?: string;
  /** A private or shared channel: it has members of its own, who need not be the team's. */
  readonly hasOwnMembers?: true;
  /** `person`: whose personal chat it is (Entra object id). */
  readonly userId?: string;
  /** `archived` and `removed` places are kept: back again, they go on with the latest state. */
  readonly state: "installed" | "archived" | "removed";
  readonly updatedAt: number;
}
