import { quarantineOf } from "../../nouns/artifact.ts";
import { isFinished, type Operation } from "../../nouns/operation.ts";
import { currentOf } from "../../nouns/placement.ts";
import type { ArtifactView } from "./artifact-view.ts";
import { environmentTags } from "./digest-name.ts";

/** What an artifact is now, derived from facts and never stored. */
export type ArtifactState =
  | { readonly kind: "taken-back"; readonly at: number }
  | { readonly kind: "deleted" }
  | { readonly kind: "working"; readonly operation: Operation }
  | { readonly kind: "mismatched"; readonly why: string }
  | { readonly kind: "unverified"; readonly why?: string }
  | { readonly kind: "quarantined" }
  | { readonly kind: "rejected" }
  /** It was put there and never became healthy. */
  | { readonly kind: "unhealthy"; readonly targets: readonly string[]; readonly since: number }
  | { readonly kind: "live"; readonly targets: readonly string[]; readonly since: number }
  | { readonly kind: "replaced" }
  /** `failed`, `in-doubt`. */
  | { readonly kind: "failed"; readonly operation: Operation }
  /** `cancelled` (declined, too), `expired`: asked for, and nothing came of it. */
  | { readonly kind: "stopped"; readonly operation: Operation }
  | { readonly kind: "released" }
  | { readonly kind: "pushed" };

/** The one state that the card's headline names; the first that fits, the most urgent first. */
export function stateOf(view: ArtifactView): ArtifactState {
  const { artifact } = view;
  if (artifact.takenBack !== undefined) return { kind: "taken-back", at: artifact.takenBack.at };
  // Whoever knows a webhook's secret can send a delete: it is believed when the registry says so, if it can be asked.
  const confirmed = artifact.verification.state === "verified" || !view.registryReadable;
  if (artifact.deletedAt !== undefined && confirmed) return { kind: "deleted" };
  const open = view.operations.filter((operation) => !isFinished(operation));
  // What waits for people may wait for hours: what moves meanwhile comes first.
  const first = open.find(({ state }) => state !== "awaiting-approval") ?? open[0];
  if (first !== undefined) return { kind: "working", operation: first };
  const { verification } = artifact;
  if (verification.state === "mismatched") return { kind: "mismatched", why: verification.why };
  // Without credentials nothing will ever confirm it: the headline says what the event said, and a note the rest.
  if (verification.state === "unverified" && view.registryReadable)
    return verification.why === undefined
      ? { kind: "unverified" }
      : { kind: "unverified", why: verification.why };
  return settledState(view);
}

function settledState(view: ArtifactView): ArtifactState {
  const quarantine = quarantineOf(view.artifact);
  if (quarantine === "failed") return { kind: "rejected" };
  if (quarantine === "held") return { kind: "quarantined" };
  const placed = placedState(view);
  if (placed !== undefined) return placed;
  if (isReplaced(view)) return { kind: "replaced" };
  const newest = view.operations[0];
  if (newest !== undefined && newest.state !== "succeeded") return unsuccessful(newest);
  return { kind: quarantine === "passed" ? "released" : "pushed" };
}

function placedState(view: ArtifactView): ArtifactState | undefined {
  const live = liveOn(view);
  const unhealthy = live.filter((one) => one.unhealthy);
  const told = unhealthy.length > 0 ? unhealthy : live;
  if (told.length === 0) return undefined;
  return {
    kind: unhealthy.length > 0 ? "unhealthy" : "live",
    targets: told.map(({ target }) => target),
    since: Math.max(...told.map(({ since }) => since)),
  };
}

function unsuccessful(operation: Operation): ArtifactState {
  const stopped = operation.state === "cancelled" || operation.state === "expired";
  return { kind: stopped ? "stopped" : "failed", operation };
}

/** The targets that run this digest, since when, and whether it never became healthy there. */
export function liveOn(
  view: Pick<ArtifactView, "placements" | "artifact">,
): readonly { readonly target: string; readonly since: number; readonly unhealthy: boolean }[] {
  return view.placements.flatMap((placement) => {
    const current = currentOf(placement);
    return current !== undefined && current.digest === view.artifact.digest
      ? [{ target: placement.target, since: current.at, unhealthy: current.unhealthy === true }]
      : [];
  });
}

/**
 * Whether none of its tags points to it any more, environment tags aside. What never had a tag cannot lose it, and
 * before its `push` arrives (a release is under way) no tag points to a quarantined image.
 */
export function isReplaced(view: ArtifactView): boolean {
  const { announcedTag, pushedAt } = view.artifact;
  if (announcedTag === undefined || pushedAt === undefined) return false;
  const environment = environmentTags(view);
  // Pushed under an environment tag and no other: then that one is its tag.
  if (environment.has(announcedTag)) return view.tags.length === 0;
  return view.tags.every(({ tag }) => environment.has(tag));
}

/** Whether two digests claim the tag that the card is called by, so that nothing may deploy by it. */
export function isDisputed(view: ArtifactView): boolean {
  if (view.namedTag?.disputed === true) return true;
  return view.tags.some(({ tag, disputed }) => disputed && tag === view.artifact.announcedTag);
}
