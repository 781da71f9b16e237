import type { ChannelId } from "./channel.ts";

/** One line of an artifact's story, kept so that `why` can answer: what arrived, what was decided, what was shown. */
export interface Happening {
  readonly at: number;
  readonly step: "receive" | "route" | "verify" | "deliver" | "decide" | "operate";
  /** Said only to members of this channel. */
  readonly channel?: ChannelId;
  readonly what: string;
}
