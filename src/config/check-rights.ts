import type { Finding, Tree } from "./finding.ts";
import { namesAt, textAt, textsAt } from "./tree.ts";

/** What mode `act` promises and the credentials do not allow: targets and reviews that could never work. */
export function checkRights({ value }: Tree): readonly Finding[] {
  if (textAt(value, ["mode"]) !== "act") return [];
  return [
    ...namesAt(value, ["targets"]).flatMap((name) => checkTarget(value, name)),
    ...namesAt(value, ["registries"]).flatMap((name) => checkReview(value, name)),
  ];
}

function checkTarget(value: unknown, target: string): readonly Finding[] {
  const path = ["targets", target, "registry"];
  const registry = textAt(value, path);
  if (registry === undefined || !namesAt(value, ["registries"]).includes(registry)) return [];
  const lacking = ["read", "write"].filter(
    (use) => textAt(value, ["registries", registry, "credentials", use]) === undefined,
  );
  if (lacking.length === 0) return [];
  const settings = lacking.map((use) => `registries.${registry}.credentials.${use}`).join(" and ");
  return [
    { path, message: `names a registry that the bot may not ${lacking.join(" and ")}; set ${settings}` },
  ];
}

function checkReview(value: unknown, registry: string): readonly Finding[] {
  const path = ["registries", registry, "allow"];
  const named = ["release", "reject"].some((action) => textsAt(value, [...path, action]).length > 0);
  if (!named) return [];
  const lacking = ["read", "quarantine"].filter(
    (use) => textAt(value, ["registries", registry, "credentials", use]) === undefined,
  );
  if (lacking.length === 0) return [];
  const settings = lacking.map((use) => `registries.${registry}.credentials.${use}`).join(" and ");
  return [{ path, message: `lets people review images, for which the bot has no rights; set ${settings}` }];
}
