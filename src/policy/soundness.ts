import { type Artifact, quarantineOf } from "../nouns/artifact.ts";
import { matchesPatterns } from "../nouns/pattern.ts";
import { currentOf } from "../nouns/placement.ts";
import type { Wish } from "../nouns/request.ts";
import type { Target } from "../nouns/target.ts";
import type { DecisionFacts } from "../nouns/verdict.ts";
import { previousOf } from "./previous.ts";
import { type Question, type Refusal, refuse } from "./question.ts";

/** What is wrong with the image, or with this wish about it, whoever asks; break-glass changes none of it. */
export function whatIsUnsound(question: Question, target: Target | undefined): Refusal | undefined {
  return unsoundArtifact(question.wish, question.facts) ?? unsoundWish(question, target);
}

function unsoundArtifact(wish: Wish, { artifact }: DecisionFacts): Refusal | undefined {
  if (artifact === undefined)
    return refuse(
      "artifact",
      "I do not know this image.",
      "Check the name, or push it again so that I hear of it.",
    );
  if (artifact.deletedAt !== undefined)
    return refuse("artifact", "This image was deleted from the registry.", "Nothing was changed.");
  if (artifact.verification.state !== "verified") {
    const why = artifact.verification.state === "mismatched" ? ` (${artifact.verification.why})` : "";
    return refuse(
      "verified",
      `The registry has not confirmed this image${why}.`,
      "Nothing is done with an image on the word of an event alone. Wait a moment, or ask the operator whether I can read the registry.",
    );
  }
  if (wish.kind === "release" || wish.kind === "reject") return undefined;
  return unsoundForTarget(artifact);
}

function unsoundForTarget(artifact: Artifact): Refusal | undefined {
  const quarantine = quarantineOf(artifact);
  if (quarantine === "held")
    return refuse("quarantine", "This image is quarantined.", "Release it first. Nothing was changed.");
  if (quarantine === "failed")
    return refuse("quarantine", "This image was rejected.", "Nothing was changed.");
  if (artifact.kind !== "image" && artifact.kind !== "index" && artifact.kind !== "helm-chart")
    return refuse("artifact", "This is not an image that can be deployed.", "Nothing was changed.");
  return undefined;
}

function unsoundWish(question: Question, target: Target | undefined): Refusal | undefined {
  const { wish, facts } = question;
  if (wish.kind === "release" || wish.kind === "reject") return unsoundReview(question);
  if (target === undefined) return refuse("target", "There is no such target.", "Nothing was changed.");
  if (target.registry !== wish.registry)
    return refuse(
      "registry",
      `${target.name} takes only images of ${target.registry}, and this one is in ${wish.registry}.`,
      "Nothing was changed.",
    );
  if (!matchesPatterns(target.repositories, wish.repository))
    return refuse("repository", `${target.name} does not take ${wish.repository}.`, "Nothing was changed.");
  if (wish.breakGlass === true && (wish.reason ?? "").trim() === "")
    return refuse("reason", "Breaking the glass needs a reason.", "Say why in a few words.");
  return unsoundPlacement(question) ?? unsoundTag(wish, facts);
}

function unsoundReview({ wish, facts, again }: Question): Refusal | undefined {
  const state = facts.artifact === undefined ? "none" : quarantineOf(facts.artifact);
  const ours = again !== undefined; // taken up again after a crash: the state may be our own doing
  const decidedSince = wish.expectedQuarantine !== undefined && wish.expectedQuarantine !== state;
  const open =
    ours || (!decidedSince && (state === "held" || (wish.kind === "release" && state === "failed")));
  if (!open) {
    const already =
      state === "passed"
        ? "It was released already."
        : state === "failed"
          ? "It was rejected already."
          : "It is not quarantined.";
    return refuse("quarantine", already, "Nothing was changed.");
  }
  if (wish.breakGlass === true)
    return refuse("breakGlass", "A review has no glass to break.", "Release or reject it without.");
  if ((wish.reason ?? "").trim() === "")
    return refuse("reason", "A reason is needed.", "Say why in a few words.");
  return undefined;
}

/** At its start the placement is the one that was just observed; `expectedCurrent` is what was asked for. */
function unsoundPlacement({ wish, facts }: Question): Refusal | undefined {
  const { placement } = facts;
  const current = currentOf(placement)?.digest;
  if (wish.kind === "redeploy" && current !== wish.digest)
    return refuse(
      "placement",
      `${wish.target} does not run this image now.`,
      "Deploy it instead. Nothing was changed.",
    );
  if (wish.kind !== "rollback") return undefined;
  if (wish.expectedCurrent !== undefined && current !== wish.expectedCurrent)
    return refuse(
      "placement",
      `What ${wish.target} runs has changed since this was shown.`,
      "Look at its card of now. Nothing was changed.",
    );
  if (previousOf(placement, facts.ran) !== wish.digest)
    return refuse(
      "placement",
      `There is no such earlier image to go back to on ${wish.target}.`,
      "Deploy the one you want. Nothing was changed.",
    );
  return undefined;
}

function unsoundTag(wish: Wish, { namedTag }: DecisionFacts): Refusal | undefined {
  // A redeploy or roll back is about what a target ran, wherever the tag of old points now.
  if (wish.kind !== "deploy" || wish.tag === undefined) return undefined;
  if (namedTag === undefined)
    return refuse(
      "tag",
      `The tag ${wish.tag} is gone from the registry.`,
      "Deploy by digest if you mean it. Nothing was changed.",
    );
  if (namedTag.disputed)
    return refuse(
      "tag",
      `Two pushes claim the tag ${wish.tag}, and the registry has not said which holds.`,
      "Try again in a moment. Nothing was changed.",
    );
  if (namedTag.digest !== wish.digest)
    return refuse(
      "tag",
      `The tag ${wish.tag} has moved since: it points to ${namedTag.digest.slice(0, 19)}… now.`,
      "Use the card of the new image, or name the digest in a command to deploy the old one. Nothing was changed.",
    );
  return undefined;
}
