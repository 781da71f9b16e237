import type { Config } from "../config/config.ts";
import { type Artifact, quarantineOf } from "../nouns/artifact.ts";
import type { Decision } from "../nouns/decision.ts";
import { matchesPatterns } from "../nouns/pattern.ts";
import type { KnownPrincipal } from "../nouns/principal.ts";
import type { Wish } from "../nouns/request.ts";
import { currentOf, previousOf, type Target } from "../nouns/target.ts";
import type { DecisionFacts } from "../store/store.ts";
import { whyNoMember } from "./roles.ts";

/** The part of the configuration that decides. */
export type Rules = Pick<Config, "mode" | "registries" | "targets" | "roles">;

export interface Question {
  readonly wish: Wish;
  readonly who: KnownPrincipal;
  /** Names of the roles that they have now. */
  readonly roles: readonly string[];
  /** Our own workspace or tenant; undefined while it is not known. */
  readonly home: string | undefined;
  readonly facts: DecisionFacts;
  /** The operation that is being decided again before its effect: it does not stand in its own way. */
  readonly operationId?: string;
}

type Refusal = Extract<Decision, { outcome: "refused" }>;

/**
 * Who may do what on which digest, and by which rule: one function for buttons, dialogs and commands on every
 * platform, asked at the click and again, with fresh facts, before the first effect. Pure; deny by default.
 */
export function decide(question: Question, rules: Rules): Decision {
  const { wish } = question;
  const stranger = whyNoMember(question.who, question.home);
  if (stranger !== undefined) return refuse("membership", stranger, "Nothing was changed.");
  if (rules.mode === "notify")
    return refuse(
      "mode",
      "I only notify here: the configuration has `mode: notify`.",
      "Nothing was changed.",
    );
  const permission = permissionFor(wish, question.roles, rules);
  if ("outcome" in permission) return permission;
  const unsound = unsoundArtifact(wish, question.facts) ?? unsoundWish(question, permission.target);
  if (unsound !== undefined) return unsound;
  const busy = busyWith(question);
  if (busy !== undefined) return busy;
  if (rules.mode === "observe") return { outcome: "observed", rule: permission.rule };
  return { outcome: "allowed", rule: permission.rule };
}

function refuse(rule: string, why: string, help: string): Refusal {
  return { outcome: "refused", rule, why, help };
}

function permissionFor(
  wish: Wish,
  held: readonly string[],
  rules: Rules,
): Refusal | { readonly rule: string; readonly target?: Target } {
  if (wish.kind === "release" || wish.kind === "reject") {
    const registry = ownOf(rules.registries, wish.registry);
    if (registry === undefined)
      return refuse(
        "registry",
        `I do not know a registry "${wish.registry}".`,
        "Ask me for help to see what there is.",
      );
    const allowed = registry.allow[wish.kind];
    return withRole(
      held,
      allowed,
      `registries.${wish.registry}.allow.${wish.kind}`,
      `${wish.kind} images of ${wish.registry}`,
    );
  }
  const target = wish.target === undefined ? undefined : ownOf(rules.targets, wish.target);
  if (target === undefined)
    return refuse(
      "target",
      `I do not know a target "${wish.target ?? ""}".`,
      "Ask me for help to see the targets that you may use.",
    );
  const action = wish.kind === "rollback" ? "rollback" : "deploy";
  const permission = withRole(
    held,
    target.allow[action],
    `targets.${target.name}.allow.${action}`,
    `${wish.kind === "rollback" ? "roll back" : wish.kind} on ${target.name}`,
  );
  return "outcome" in permission ? permission : { ...permission, target };
}

// Names come from people: every object has a "constructor" without being given one.
function ownOf<T>(named: Readonly<Record<string, T>>, name: string): T | undefined {
  return Object.hasOwn(named, name) ? named[name] : undefined;
}

function withRole(
  held: readonly string[],
  allowed: readonly string[],
  path: string,
  what: string,
): Refusal | { readonly rule: string } {
  const role = allowed.find((name) => held.includes(name));
  if (role !== undefined) return { rule: `${path}: ${role}` };
  if (allowed.length === 0)
    return refuse(
      path,
      `Nobody may ${what}: the configuration names no role for it.`,
      `An operator can add one at ${path}.`,
    );
  return refuse(
    path,
    `You need the role ${allowed.map((name) => `"${name}"`).join(" or ")} to ${what}.`,
    "Ask somebody who has it. Nothing was changed.",
  );
}

/** What is wrong with the artifact itself, whoever asks. */
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
  // At its start, after a crash too, the effect itself compares with what the target runs and was noted before.
  const placement = question.operationId === undefined ? unsoundPlacement(wish, facts) : undefined;
  return placement ?? unsoundTag(wish, facts);
}

function unsoundReview({ wish, facts, operationId }: Question): Refusal | undefined {
  const state = facts.artifact === undefined ? "none" : quarantineOf(facts.artifact);
  const ours = operationId !== undefined; // taken up again after a crash: the state may be our own doing
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
  if ((wish.reason ?? "").trim() === "")
    return refuse("reason", "A reason is needed.", "Say why in a few words.");
  return undefined;
}

function unsoundPlacement(wish: Wish, { placement }: DecisionFacts): Refusal | undefined {
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
  if (previousOf(placement) !== wish.digest)
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

function busyWith({ facts, wish, operationId }: Question): Refusal | undefined {
  const [other] = facts.open;
  if (operationId !== undefined || other === undefined) return undefined;
  const where = wish.target === undefined ? "" : ` on ${wish.target}`;
  return refuse(
    "one at a time",
    `${other.requestedBy.name} asked for a ${other.kind}${where} already, and it is ${other.state}.`,
    "Wait until it is done. Nothing was changed.",
  );
}
