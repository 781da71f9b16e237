import { type Finding, ofValue, type Tree } from "../read/finding.ts";
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
  return used.flatMap(({ path: key, uses, byArmId }) => {
    const at = [...path, ...key];
    const registry = textAt(value, at);
    if (registry === undefined || !namesAt(value, ["registries"]).includes(registry)) return [];
    const lacksArmId =
      byArmId === true && valueAt(value, ["registries", registry, "resourceId"]) === undefined;
    const { lacking, settings } = lackingUses(value, registry, acts ? uses : []);
    return [
      ...ofValue(
        at,
        lacksArmId && `names a registry whose ARM id is not known; set registries.${registry}.resourceId`,
      ),
      ...ofValue(
        at,
        lacking.length > 0 &&
          `names a registry that the bot may not ${lacking.join(" and ")}; set ${settings}`,
      ),
    ];
  });
}

/** What the bot has no credential for in a registry, and the settings that would give it one. */
function lackingUses(value: unknown, registry: string, uses: readonly string[]) {
  const path = ["registries", registry, "credentials"];
  const lacking = uses.filter((use) => textAt(value, [...path, use]) === undefined);
  return { lacking, settings: lacking.map((use) => [...path, use].join(".")).join(" and ") };
}

function checkReview(value: unknown, registry: string): readonly Finding[] {
  const path = ["registries", registry, "allow"];
  const named = ["release", "reject"].some((action) => textsAt(value, [...path, action]).length > 0);
  if (!named) return [];
  const { lacking, settings } = lackingUses(value, registry, ["read", "quarantine"]);
  return ofValue(
    path,
    lacking.length > 0 && `lets people review images, for which the bot has no rights; set ${settings}`,
  );
}
