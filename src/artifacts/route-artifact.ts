import type { Artifact } from "../nouns/artifact.ts";
import type { ChannelId } from "../nouns/channel.ts";
import { matchesPatterns } from "../nouns/pattern.ts";
import type { Action } from "../nouns/registry-event.ts";
import type { Route, RouteDecision } from "../nouns/route.ts";

/** What is to be routed: an artifact because of something that happened to it. */
export interface Occasion {
  readonly artifact: Pick<Artifact, "registry" | "repository">;
  readonly action: Action;
  /** The tags that routes are asked about: the event's own, or for a delete those that it had. */
  readonly tags: readonly string[];
  /** Why it has no card of its own, whatever the routes say. */
  readonly foldedInto?: string;
  readonly at: number;
}

export interface Routed {
  readonly channels: readonly ChannelId[];
  readonly decisions: readonly RouteDecision[];
}

/** Which channels get a card, each once, and why or why not: pure, every answer is kept for `why`. */
export function route(occasion: Occasion, routes: readonly Route[]): Routed {
  if (occasion.foldedInto !== undefined) {
    return {
      channels: [],
      decisions: [{ at: occasion.at, route: "–", outcome: "suppressed", why: occasion.foldedInto }],
    };
  }
  const decisions: RouteDecision[] = [];
  const channels = new Set<ChannelId>();
  for (const candidate of routes) {
    const against = whyNot(candidate, occasion);
    if (against !== undefined) {
      decisions.push({ at: occasion.at, route: candidate.name, outcome: "suppressed", why: against });
      continue;
    }
    for (const channel of candidate.to) {
      channels.add(channel);
      decisions.push({ at: occasion.at, route: candidate.name, channel, outcome: "matched", why: "matched" });
    }
  }
  if (routes.length === 0)
    decisions.push({ at: occasion.at, route: "–", outcome: "suppressed", why: "no route is configured" });
  return { channels: [...channels], decisions };
}

function whyNot(candidate: Route, occasion: Occasion): string | undefined {
  const { registry, repository } = occasion.artifact;
  if (candidate.registries.length > 0 && !candidate.registries.includes(registry)) return "another registry";
  if (!matchesPatterns(candidate.repositories, repository)) return "the repository does not match";
  if (candidate.actions.length > 0 && !candidate.actions.includes(occasion.action))
    return `no ${occasion.action} wanted`;
  if (occasion.tags.length === 0) return whyNotUntagged(candidate, occasion.action);
  if (!occasion.tags.some((tag) => matchesPatterns(candidate.tags, tag))) return "no tag matches";
  return undefined;
}

function whyNotUntagged(candidate: Route, action: Action): string | undefined {
  // A delete names no tag, and what was never tagged as far as we know is announced where any tag would be.
  if (action === "delete" || action === "chart_delete")
    return candidate.tags.length > 0 ? "it had no tag that we know of" : undefined;
  return candidate.untagged ? undefined : "pushed without a tag";
}
