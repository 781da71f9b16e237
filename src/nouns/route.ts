import type { ChannelId } from "./channel.ts";
import type { Action } from "./registry-event.ts";

/** Rule → channels. A place named by several routes gets one card. */
export interface Route {
  /** For `why` and error messages: `routes[0]`, or the name given. */
  readonly name: string;
  /** Registries it is about; empty means all. */
  readonly registries: readonly string[];
  /** Globs; a leading `!` excludes; empty means all. */
  readonly repositories: readonly string[];
  readonly tags: readonly string[];
  readonly actions: readonly Action[];
  /** Whether pushes without a tag that nothing claims are announced. */
  readonly untagged: boolean;
  readonly to: readonly ChannelId[];
}

/** What routing one artifact to one channel came to, kept so that `why` can answer. */
export interface RouteDecision {
  readonly at: number;
  readonly channel?: ChannelId;
  readonly route: string;
  readonly outcome: "matched" | "suppressed";
  readonly why: string;
}
