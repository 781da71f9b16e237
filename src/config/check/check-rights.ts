import type { Finding, Tree } from "../read/finding.ts";
import type { Path } from "../read/problem.ts";
import { namesAt, textAt, textsAt, valueAt } from "../read/tree.ts";

/** What mode `act` promises and the credentials do not allow: targets and reviews that could never work. */
export function checkRights({ value }: Tree): readonly Finding[] {
  const targets = namesAt(value, ["targets"]);
  const acts = textAt(value, ["mode"]) === "act";
  return [
    ...targets.flatMap((name) => checkImport(value, name)),
    ...(acts ? targets.flatMap((name) => checkTarget(value, name)) : []),
    ...(acts ? namesAt(value, ["registries"]).flatMap((name) => checkReview(value, name)) : []),
  ];
}

function checkTarget(value: unknown, target: string): readonly Finding[] {
  const path = ["targets", target];
  if ((textAt(value, [...path, "mode"]) ?? "act") !== "act") return [];
  const type = textAt(value, [...path, "type"]);
  return [
    ...checkUses(value, [...path, "registry"], type === "retag" ? ["read", "write"] : ["read"]),
    // Where an import came out is seen by reading there.
    ...(type === "import" ? checkUses(value, [...path, "into", "registry"], ["read"]) : []),
  ];
}

function checkUses(value: unknown, path: Path, uses: readonly string[]): readonly Finding[] {
  const registry = textAt(value, path);
  if (registry === undefined || !namesAt(value, ["registries"]).includes(registry)) return [];
  const lacking = uses.filter(
    (use) => textAt(value, ["registries", registry, "credentials", use]) === undefined,
  );
  if (lacking.length === 0) return [];
  const settings = lacking.map((use) => `registries.${registry}.credentials.${use}`).join(" and ");
  return [
    { path, message: `names a registry that the bot may not ${lacking.join(" and ")}; set ${settings}` },
  ];
}

/** Azure copies between registries by their ARM ids. */
function checkImport(value: unknown, target: string): readonly Finding[] {
  const path = ["targets", target];
  if (textAt(value, [...path, "type"]) !== "import") return [];
  const places = [
    [...path, "registry"],
    [...path, "into", "registry"],
  ];
  return places.flatMap((place) => {
    const registry = textAt(value, place);
    if (registry === undefined || !namesAt(value, ["registries"]).includes(registry)) return [];
    if (valueAt(value, ["registries", registry, "resourceId"]) !== undefined) return [];
    return [
      {
        path: place,
        message: `names a registry whose ARM id is not known; set registries.${registry}.resourceId`,
      },
    ];
  });
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
