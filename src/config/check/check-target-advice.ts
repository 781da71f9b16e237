import { stricterMode } from "../../nouns/mode.ts";
import { matchesPatterns } from "../../nouns/pattern.ts";
import { hearing } from "../../nouns/route.ts";
import { type Finding, ofKey, ofValue } from "../read/finding.ts";
import type { ConfigFile } from "../schema/config-schema.ts";
import { formOf, type TargetFile } from "../targets/target-forms.ts";

/** What is allowed in targets and probably not meant. Looks at a configuration that has no problems. */
export function adviseOnTargets(file: ConfigFile): readonly Finding[] {
  const targets = Object.entries(file.targets);
  return targets.flatMap(([name, target], index) =>
    [
      ...adviseOnOverlap(target, targets.slice(0, index)),
      ...adviseOnOrder(target, file.targets),
      ...adviseOnRepositories(target),
      ...formOf(target.type).advise(target),
      ...adviseOnHealth(target),
      ...adviseOnMode(target, file.mode),
      ...adviseOnHearing(target, file.routes),
      ...adviseOnWayBack(target),
    ].map(({ path, ...rest }) => ({ path: ["targets", name, ...path], ...rest })),
  );
}

/** Targets that would, at least for some repositories, move or fill the same thing. */
function adviseOnOverlap(
  target: TargetFile,
  before: readonly (readonly [string, TargetFile])[],
): readonly Finding[] {
  const { overlap } = formOf(target.type);
  const same = before.filter(([, other]) => other.type === target.type);
  return same.flatMap(([name, other]) => overlap(target, other, `targets.${name}`)).slice(0, 1);
}

const plainName = /^[A-Za-z0-9._/-]+$/;

function adviseOnOrder(
  { after, repositories }: TargetFile,
  targets: ConfigFile["targets"],
): readonly Finding[] {
  const earlier = after === undefined ? undefined : targets[after.target];
  if (earlier === undefined) return [];
  const plain = repositories.filter((pattern) => plainName.test(pattern));
  const takesAll = plain.every((name) => matchesPatterns(earlier.repositories, name));
  return ofValue(
    ["after", "target"],
    !takesAll && "does not take every repository of this target; what is never there can never come here",
  );
}

/** One container runs one image; only what is named under `replaces` may take another's place. */
function adviseOnRepositories({ type, repositories, replaces }: TargetFile): readonly Finding[] {
  const runsOne = formOf(type).runsOneImage;
  const names = repositories.filter((pattern) => !pattern.startsWith("!"));
  if (!runsOne || replaces.length > 0 || (names.length === 1 && plainName.test(names[0] ?? ""))) return [];
  const help = "name that one, or say in replaces what it may replace";
  return ofValue(["repositories"], `mean several repositories, and the container runs one; ${help}`);
}

function adviseOnHealth({ type, rollbackOnFailure }: TargetFile): readonly Finding[] {
  if (!rollbackOnFailure || formOf(type).seesHealth) return [];
  const why = `a target of type ${type} does not see whether anything is healthy`;
  return ofKey(["rollbackOnFailure"], `is never used: ${why}`);
}

function adviseOnMode({ mode }: TargetFile, bot: ConfigFile["mode"]): readonly Finding[] {
  if (mode === undefined || stricterMode(bot, mode) === mode) return [];
  return ofValue(["mode"], `is not used: the bot's own mode, ${bot}, is stricter`);
}

/** Break-glass is refused for what no route takes: nobody would hear of it. */
function adviseOnHearing(
  { registry, repositories, allow }: TargetFile,
  routes: ConfigFile["routes"],
): readonly Finding[] {
  if (allow.breakGlass.length === 0 || hearing(routes, { registry, repositories }).length > 0) return [];
  return ofKey(
    ["allow", "breakGlass"],
    "can never be used: no route takes these repositories, so nobody would hear of it",
  );
}

/** Approvals held for roll backs, too, before they had a number of their own. */
function adviseOnWayBack({ approvals, allow }: TargetFile): readonly Finding[] {
  if (approvals === undefined || approvals.rollback !== undefined || allow.rollback.length === 0) return [];
  const message =
    "don't cover roll backs: one person goes back at once to what was healthy there before; to keep it so add rollback: { count: 0 }, to ask for approvals rollback: { count: 1 }";
  return ofKey(["approvals"], message);
}
