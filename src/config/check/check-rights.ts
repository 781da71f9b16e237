import type { Finding, Tree } from "../read/finding.ts";
import type { Path } from "../read/problem.ts";
import { namesAt, textAt, textsAt, valueAt } from "../read/tree.ts";
import { readsItsRegistry } from "../targets/target-form.ts";
import { findForm } from "../targets/target-forms.ts";

/** What mode `act` promises and the credentials do not allow: targets and reviews that could never work. */
export function checkRights({ value }: Tree): readonly Finding[] {
  const acts = textAt(value, ["mode"]) === "act";
  return [
    ...namesAt(value, ["targets"]).flatMap((name) => checkTarget(value, name, acts)),
    ...(acts ? namesAt(value, ["registries"]).flatMap((name) => checkReview(value, name)) : []),
  ];
}

function checkTarget(value: unknown, target: string, botActs: boolean): readonly Finding[] {
  const path = ["targets", target];
  const acts = botActs && (textAt(value, [...path, "mode"]) ?? "act") === "act";
  const used = findForm(valueAt(value, path))?.registries ?? readsItsRegistry;
  return used.flatMap(({ path: key, uses, byArmId }) => [
    ...(byArmId === true ? checkArmId(value, [...path, ...key]) : []),
    ...(acts ? checkUses(value, [...path, ...key], uses) : []),
  ]);
}

function checkUses(value: unknown, path: Path, uses: readonly string[]): readonly Finding[] {
  const registry = configuredRegistry(value, path);
  if (registry === undefined) return [];
  const lacking = uses.filter(
    (use) => textAt(value, ["registries", registry, "credentials", use]) === undefined,
  );
  if (lacking.length === 0) return [];
  const settings = lacking.map((use) => `registries.${registry}.credentials.${use}`).join(" and ");
  return [
    { path, message: `names a registry that the bot may not ${lacking.join(" and ")}; set ${settings}` },
  ];
}

function checkArmId(value: unknown, path: Path): readonly Finding[] {
  const registry = configuredRegistry(value, path);
  if (registry === undefined || valueAt(value, ["registries", registry, "resourceId"]) !== undefined)
    return [];
  const message = `names a registry whose ARM id is not known; set registries.${registry}.resourceId`;
  return [{ path, message }];
}

function configuredRegistry(value: unknown, path: Path): string | undefined {
  const registry = textAt(value, path);
  return registry !== undefined && namesAt(value, ["registries"]).includes(registry) ? registry : undefined;
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
