import type { Decision } from "../nouns/decision.ts";
import { stricterMode } from "../nouns/mode.ts";
import { isPlacing, type Operation } from "../nouns/operation.ts";
import type { Wish } from "../nouns/request.ts";
import { hearing } from "../nouns/route.ts";
import type { Target } from "../nouns/target.ts";
import { approvalsFor } from "../nouns/target-base.ts";
import { haltedBy, heldBy } from "./holds.ts";
import { permissionFor } from "./permission.ts";
import { type Question, type Refusal, type Rules, refuse, refuseWith } from "./question.ts";
import { whyNoMember } from "./roles.ts";
import { whatIsUnsound } from "./soundness.ts";

/**
 * Who may do what on which digest, and by which rule: one function for buttons, dialogs and commands on every
 * platform, asked at the click and again, with fresh facts, before the first effect. Pure; deny by default.
 */
export function decideWish(question: Question, rules: Rules): Decision {
  const byItself = question.again?.isRollbackByItself === true;
  const stranger = byItself ? undefined : whyNoMember(question);
  if (stranger !== undefined) return refuse("membership", stranger);
  const permission = permissionFor(question, rules);
  const named = "outcome" in permission ? undefined : permission.target;
  const mode = stricterMode(rules.mode, named?.mode);
  if (mode === "notify") return onlyNotify(named);
  if ("outcome" in permission) return permission;
  const refused =
    whatIsUnsound(question, named) ??
    busyWith(question) ??
    haltedBy(question) ??
    (question.wish.breakGlass === true ? unheard(question, rules) : heldBy(question, named, rules));
  if (refused !== undefined) return refused;
  const { rule } = permission;
  if (mode === "observe") return { outcome: "observed", rule };
  if (question.wish.breakGlass === true) return { outcome: "allowed", rule, breakGlass: true };
  const needed = named && approvalsFor(named, question.wish.kind);
  if (needed === undefined || byItself) return { outcome: "allowed", rule };
  return { outcome: "needs-approval", rule, ...needed };
}

function onlyNotify(target: Target | undefined): Refusal {
  const where = target?.mode === "notify" ? `on ${target.name}` : "here";
  return refuse("mode", `I only notify ${where}: the configuration has \`mode: notify\`.`);
}

/** What goes past the rules is done before witnesses, or not at all. */
function unheard({ wish: { registry, repository } }: Question, { routes }: Rules): Refusal | undefined {
  if (hearing(routes, { registry, repositories: [repository] }).length > 0) return undefined;
  const why = `Nobody would hear of it: no route takes ${repository}, and break-glass is announced in its channels.`;
  return refuseWith("routes", why, "Ask without break-glass, or an operator adds a route for it.");
}

/** The same thing twice is refused; something else waits in line behind it. Reviews are one at a time. */
function busyWith({ facts, wish, again }: Question): Refusal | undefined {
  if (again !== undefined) return undefined;
  const isReview = !isPlacing(wish.kind);
  const other = facts.open.find((open) => isReview || isInTheWay(open, wish));
  if (other === undefined) return undefined;
  const where = isReview ? "" : ` on ${wish.target}`;
  const state = other.state === "awaiting-approval" ? "awaiting approval" : other.state;
  const why = `${other.requestedBy.name} asked for a ${other.kind}${where} already, and it is ${state}.`;
  return refuseWith("one at a time", why, "Wait until it is done.");
}

function isInTheWay(open: Operation, wish: Wish): boolean {
  // It changes nothing yet, and is void once something else has: who asks for a deploy holds no roll back up with it.
  const onlyWaits = open.state === "awaiting-approval";
  if (onlyWaits && wish.breakGlass === true) return false;
  const isSame = open.digest === wish.digest && open.kind === wish.kind;
  return isSame || (wish.kind === "rollback" && !onlyWaits);
}
