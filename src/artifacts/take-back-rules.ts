import { type Artifact, subjectOf, wasConfirmed } from "../nouns/artifact.ts";
import type { Arrivals, TakeBackRules } from "../nouns/taken-back.ts";
import { keyOfEvent, notAhead } from "./fold.ts";
import { isClaimedByTag } from "./move-tag.ts";

/** What the registry answered about claims, by their subjects. Both are empty where nobody is asked. */
export interface ClaimAnswers {
  /** The registry has it: what was pushed is true. */
  readonly there: ReadonlySet<string>;
  /** The registry had told of it and has it no more: what was deleted is true. */
  readonly gone: ReadonlySet<string>;
}

/** What is taken back of what arrived in a time: all that the registry has neither confirmed nor answered for. */
export function takeBackRules(within: Arrivals, answers: ClaimAnswers): TakeBackRules {
  const isTaken = (artifact: Artifact) => isClaim(artifact, within) && !isTrue(artifact, answers);
  return {
    isTaken,
    undo,
    judge: (sighting, isFolded, artifact) => {
      const { event } = sighting;
      const key = keyOfEvent(event);
      if (key === undefined) return "keep";
      const isDelete = event.action === "delete" || event.action === "chart_delete";
      if ((isDelete ? answers.gone : answers.there).has(subjectOf(key))) return "keep";
      const isLeft = artifact === undefined || artifact.takenBack !== undefined || isTaken(artifact);
      if (!isFolded || isLeft) return "take";
      // What the registry has ever told of, it is asked about anyway.
      const isOfThis = artifact.deletedAt === notAhead(sighting).event.occurredAt;
      return isDelete && isOfThis && key.digest !== "" && !wasConfirmed(artifact) ? "undo" : "keep";
    },
  };
}

/** Whether nothing but events that arrived then tell of it. */
function isClaim(artifact: Artifact, { since, until }: Arrivals): boolean {
  const { firstSeenAt, takenBack, parent } = artifact;
  if (takenBack !== undefined || firstSeenAt < since || firstSeenAt > until) return false;
  // What belongs to another by no tag of an event does so by the registry's word.
  return !wasConfirmed(artifact) && (parent === undefined || isClaimedByTag(artifact));
}

function isTrue(artifact: Artifact, { there, gone }: ClaimAnswers): boolean {
  const subject = subjectOf(artifact);
  return there.has(subject) || gone.has(subject);
}

function undo({ deletedAt: _, ...living }: Artifact): Artifact {
  return { ...living, tagsWhenDeleted: [], verification: { state: "unverified" } };
}
