import type { Artifact, ArtifactKey } from "./artifact.ts";
import type { Sighting } from "./registry-event.ts";

/** What arrived of one registry in a time, in ms by the bot's clock, both ends included. */
export interface Arrivals {
  readonly registry: string;
  readonly since: number;
  readonly until: number;
}

/** What becomes of an event: it is kept, taken back, or taken back with what it did to an artifact that stays. */
export type Judgement = "keep" | "take" | "undo";

/** Which claims are taken back: pure functions, which run inside the store's transactions. */
export interface TakeBackRules {
  judge(sighting: Sighting, isFolded: boolean, artifact: Artifact | undefined): Judgement;
  isTaken(artifact: Artifact): boolean;
  /** An artifact without the delete that was undone. */
  undo(artifact: Artifact): Artifact;
}

/** How far a walk is: first through the events, then through the artifacts; `after` is the key that was read last. */
export interface TakeBackPlace {
  readonly of: "events" | "artifacts";
  readonly after: readonly (string | number)[];
}

/** What an event or an artifact claims: that the registry has something, or that it was deleted there. */
export interface FalseClaim {
  readonly key: ArtifactKey;
  readonly isDelete: boolean;
}

/** How much was taken back, or would be. */
export interface TakenCounts {
  readonly events: number;
  readonly artifacts: number;
  /** Cards that nobody has seen: they are gone. */
  readonly unposted: number;
  /** Cards that were posted: they say that they were taken back. */
  readonly closed: number;
  /** Artifacts that stay and are deleted no more. */
  readonly undone: number;
}

export const nothingTaken: TakenCounts = { events: 0, artifacts: 0, unposted: 0, closed: 0, undone: 0 };

/** The sum of two counts. */
export function added(one: TakenCounts, other: TakenCounts): TakenCounts {
  return {
    events: one.events + other.events,
    artifacts: one.artifacts + other.artifacts,
    unposted: one.unposted + other.unposted,
    closed: one.closed + other.closed,
    undone: one.undone + other.undone,
  };
}

/** One page of a walk. `next`: it goes on there. */
export interface TakenPage extends TakenCounts {
  readonly claims: readonly FalseClaim[];
  readonly next?: TakeBackPlace;
}

/** The verb by which claims are taken back, page by page. */
export interface TakeBackStore {
  /**
   * Takes back one page of what arrived and is false by the rules. Runs again over what a crash left. `dry`: changes nothing.
   */
  takeBack(
    arrivals: Arrivals,
    rules: TakeBackRules,
    page: { readonly from?: TakeBackPlace; readonly dry: boolean },
  ): Promise<TakenPage>;
}
