import type { Wish } from "../nouns/request.ts";
import type { Target } from "../nouns/target.ts";
import { ownOf, type Question, type Refusal, type Rules, refuse } from "./question.ts";

/** The rule that lets somebody ask, and the target that it is about; a review has none. */
export interface Permission {
  readonly rule: string;
  readonly target?: Target;
}

/** Whether a role of theirs allows the wish at all. */
export function permissionFor(question: Question, rules: Rules): Refusal | Permission {
  const { wish, roles } = question;
  if (wish.kind === "release" || wish.kind === "reject")
    return reviewPermission(wish, wish.kind, roles, rules);
  const target = wish.target === undefined ? undefined : ownOf(rules.targets, wish.target);
  const help = "Ask me for help to see the targets that you may use.";
  if (target === undefined) return refuse("target", `I do not know a target "${wish.target ?? ""}".`, help);
  if (question.again?.isRollbackByItself === true) return rollbackByItself(target);
  const named = wish.kind === "rollback" ? "rollback" : "deploy";
  const action = wish.breakGlass === true ? "breakGlass" : named;
  const asked = wish.kind === "rollback" ? "roll back" : wish.kind;
  const what = `${wish.breakGlass === true ? "break the glass" : asked} on ${target.name}`;
  const permission = withRole(roles, target.allow[action], `targets.${target.name}.allow.${action}`, what);
  return "outcome" in permission ? permission : { ...permission, target };
}

function reviewPermission(
  { registry: name }: Wish,
  kind: "release" | "reject",
  roles: readonly string[],
  rules: Rules,
): Refusal | Permission {
  const registry = ownOf(rules.registries, name);
  const help = "Ask me for help to see what there is.";
  if (registry === undefined) return refuse("registry", `I do not know a registry "${name}".`, help);
  return withRole(
    roles,
    registry.allow[kind],
    `registries.${name}.allow.${kind}`,
    `${kind} images of ${name}`,
  );
}

function rollbackByItself(target: Target): Refusal | Permission {
  const rule = `targets.${target.name}.rollbackOnFailure`;
  return target.rollbackOnFailure
    ? { rule, target }
    : refuse(rule, `${target.name} is not to go back by itself any more.`, "Roll back by hand.");
}

/** The first role of theirs among those that are allowed, as a rule; else who could do it. */
export function withRole(
  held: readonly string[],
  allowed: readonly string[],
  path: string,
  what: string,
): Refusal | Permission {
  const role = allowed.find((name) => held.includes(name));
  if (role !== undefined) return { rule: `${path}: ${role}` };
  if (allowed.length === 0)
    return refuse(
      path,
      `Nobody may ${what}: the configuration names no role for it.`,
      `An operator can add one at ${path}.`,
    );
  const why = `You need the role ${allowed.map((name) => `"${name}"`).join(" or ")} to ${what}.`;
  return refuse(path, why, "Ask somebody who has it. Nothing was changed.", allowed);
}
