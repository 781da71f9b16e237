import type { ChannelId } from "./channel.ts";

/** One line of an artifact's story, kept so that `why` can answer: what arrived, where it was routed, what the registry said. */
export interface Happening {
  readonly at: number;
  readonly step: "receive" | "route" | "verify";
  /** Said only to members of this channel. */
  readonly channel?: ChannelId;
  readonly what: string;
}
