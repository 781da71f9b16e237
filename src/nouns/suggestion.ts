import type { ChannelId } from "./channel.ts";
import type { Principal } from "./principal.ts";
import type { Wish } from "./request.ts";

/** What somebody without the role would have asked for. Who has the role and accepts it becomes the requester. */
export interface Suggestion {
  readonly id: string;
  readonly wish: Wish;
  readonly by: Principal;
  readonly at: number;
  readonly expiresAt: number;
  /** Roles that may do it. */
  readonly roles: readonly string[];
  readonly channel?: ChannelId;
}
