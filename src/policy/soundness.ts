import { type Artifact, quarantineOf } from "../nouns/artifact.ts";
import { matchesPatterns } from "../nouns/pattern.ts";
import { currentOf } from "../nouns/placement.ts";
import type { Wish } from "../nouns/request.ts";
import { type Target, takesKind } from "../nouns/target.ts";
import type { DecisionFacts } from "../nouns/verdict.ts";
import { waysBack } from "./previous.ts";
import { type Question, type Refusal, refuse, refuseWith } from "./question.ts";

/** What is wrong with the image, or with this wish about it, whoever asks; break-glass changes none of it. */
export function whatIsUnsound(question: Question, target: Target | undefined): Refusal | undefined {
  return unsoundArtifact(question.wish, question.facts, target) ?? unsoundWish(question, target);
}

function unsoundArtifact(
  wish: Wish,
  { artifact }: DecisionFacts,
  target: Target | undefined,
): Refusal | undefined {
  if (artifact === undefined) {
    const help = "Check the name, or push it again so that I hear of it.";
    return refuse("artifact", "I do not know this image.", help);
  }
  const { deletedAt, verification } = artifact;
  if (deletedAt !== undefined) return refuse("artifact", "This image was deleted from the registry.");
  if (verification.state !== "verified") {
    const why = verification.state === "mismatched" ? ` (${verification.why})` : "";
    const help =
      "Nothing is done with an image on the word of an event alone. Wait a moment, or ask the operator whether I can read the registry.";
    return refuse("verified", `The registry has not confirmed this image${why}.`, help);
  }
  if (wish.kind === "release" || wish.kind === "reject") return undefined;
  return unsoundForTarget(artifact, target);
}

function unsoundForTarget(artifact: Artifact, target: Target | undefined): Refusal | undefined {
  const quarantine = quarantineOf(artifact);
  if (quarantine === "held")
    return refuseWith("quarantine", "This image is quarantined.", "Release it first.");
  if (quarantine === "failed") return refuse("quarantine", "This image was rejected.");
  if (target === undefined || takesKind(target, artifact.kind)) return undefined;
  return artifact.kind === "helm-chart"
    ? refuse("artifact", `This is a Helm chart, and ${target.name} runs images.`)
    : refuse("artifact", "This is not an image that can be deployed.");
}

function unsoundWish(question: Question, target: Target | undefined): Refusal | undefined {
  const { wish, facts } = question;
  if (wish.kind === "release" || wish.kind === "reject") return unsoundReview(question);
  if (target === undefined) return refuse("target", "There is no such target.");
  if (target.registry !== wish.registry) {
    const taken = `${target.name} takes only images of ${target.registry}`;
    return refuse("registry", `${taken}, and this one is in ${wish.registry}.`);
  }
  if (!matchesPatterns(target.repositories, wish.repository))
    return refuse("repository", `${target.name} does not take ${wish.repository}.`);
  if (wish.breakGlass === true && (wish.reason ?? "").trim() === "")
    return refuse("reason", "Breaking the glass needs a reason.", "Say why in a few words.");
  return unsoundPlacement(question, target) ?? unsoundTag(wish, facts);
}

function unsoundReview({ wish, facts, again }: Question): Refusal | undefined {
  const state = facts.artifact === undefined ? "none" : quarantineOf(facts.artifact);
  const ours = again !== undefined; // taken up again after a crash: the state may be our own doing
  const decidedSince = wish.expectedQuarantine !== undefined && wish.expectedQuarantine !== state;
  const open =
    ours || (!decidedSince && (state === "held" || (wish.kind === "release" && state === "failed")));
  if (!open) return refuse("quarantine", decided[state] ?? "It is not quarantined.");
  if (wish.breakGlass === true)
    return refuse("breakGlass", "A review has no glass to break.", "Release or reject it without.");
  if ((wish.reason ?? "").trim() === "")
    return refuse("reason", "A reason is needed.", "Say why in a few words.");
  return undefined;
}

const decided: Partial<Record<ReturnType<typeof quarantineOf>, string>> = {
  passed: "It was released already.",
  failed: "It was rejected already.",
};

/** At its start the placement is the one that was just observed; `expectedCurrent` is what was asked for. */
function unsoundPlacement({ wish, facts }: Question, target: Target): Refusal | undefined {
  const { placement } = facts;
  const current = currentOf(placement)?.digest;
  const rule = "placement";
  if (wish.kind === "redeploy" && current !== wish.digest)
    return refuseWith(rule, `${wish.target} does not run this image now.`, "Deploy it instead.");
  if (wish.kind !== "rollback") return undefined;
  if (wish.expectedCurrent !== undefined && current !== wish.expectedCurrent) {
    const why = `What ${wish.target} runs has changed since this was shown.`;
    return refuseWith(rule, why, "Look at its card of now.");
  }
  if (waysBack(placement, facts.ran, target).includes(wish.digest)) return undefined;
  const why = `There is no such earlier image to go back to on ${wish.target}.`;
  return refuseWith(rule, why, "Deploy the one you want.");
}

function unsoundTag(wish: Wish, { namedTag }: DecisionFacts): Refusal | undefined {
  // A redeploy or roll back is about what a target ran, wherever the tag of old points now.
  if (wish.kind !== "deploy" || wish.tag === undefined) return undefined;
  if (namedTag === undefined) {
    const why = `The tag ${wish.tag} is gone from the registry.`;
    return refuseWith("tag", why, "Deploy by digest if you mean it.");
  }
  if (namedTag.disputed) {
    const why = `Two pushes claim the tag ${wish.tag}, and the registry has not said which holds.`;
    return refuseWith("tag", why, "Try again in a moment.");
  }
  if (namedTag.digest === wish.digest) return undefined;
  return refuseWith(
    "tag",
    `The tag ${wish.tag} has moved since: it points to ${namedTag.digest.slice(0, 19)}… now.`,
    "Use the card of the new image, or name the digest in a command to deploy the old one.",
  );
}
