import type { ChannelId } from "./channel.ts";
import { mayShareNames } from "./pattern.ts";
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

/**
 * Every channel that hears what is done to some repositories by exception: those of all routes that fit the registry and
 * may fit a repository, whatever they say of tags and actions.
 */
export function hearing<Channel extends string>(
  routes: readonly (Pick<Route, "registries" | "repositories"> & { readonly to: readonly Channel[] })[],
  about: { readonly registry: string; readonly repositories: readonly string[] },
): readonly Channel[] {
  const fitting = routes.filter(
    ({ registries, repositories }) =>
      (registries.length === 0 || registries.includes(about.registry)) &&
      mayShareNames(about.repositories, repositories),
  );
  return [...new Set(fitting.flatMap(({ to }) => to))];
}
