import type { Finding, Tree } from "../read/finding.ts";
import type { ConfigFile } from "../schema/config-schema.ts";
import { type Guessed, guessTypes } from "./behind-types.ts";
import { checkAddresses } from "./check-addresses.ts";
import { checkApprovals } from "./check-approvals.ts";
import { checkChannels, checkSlack } from "./check-channels.ts";
import { checkLengths, checkWindows } from "./check-lengths.ts";
import { checkNames } from "./check-names.ts";
import { checkOrder } from "./check-order.ts";
import { checkPaths } from "./check-paths.ts";
import { checkPeople } from "./check-people.ts";
import { checkPlaces } from "./check-places.ts";
import { checkReferences } from "./check-references.ts";
import { checkRights } from "./check-rights.ts";
import { checkRules } from "./check-rules.ts";
import { checkSecrets, checkTokens } from "./check-secrets.ts";
import { checkTargets } from "./check-targets.ts";
import { checkTeams } from "./check-teams.ts";
import { checkShape } from "./shape.ts";

const checks = [
  checkNames,
  checkReferences,
  checkRights,
  checkChannels,
  checkSlack,
  checkTeams,
  checkPeople,
  checkSecrets,
  checkAddresses,
  checkPaths,
  checkRules,
  checkLengths,
  checkTargets,
  checkApprovals,
  checkOrder,
  checkPlaces,
  checkWindows,
  checkTokens,
] as const;

export interface Checked {
  /** The value in its shape; absent if it has not got it. */
  readonly file?: ConfigFile;
  /** At most one for each place. */
  readonly findings: readonly Finding[];
}

/** Every check of a configuration with `${…}` filled in: its shape, and what no schema can say. */
export function checkTree(tree: Tree): Checked {
  const shape = checkShape(tree.value, tree.written);
  const guessed = shape.ok ? undefined : guessTypes(tree.value);
  const findings = [
    ...(shape.ok ? [] : shape.findings),
    ...(guessed === undefined ? findingsOf(tree) : findingsBehind(guessed, tree)),
  ];
  const seen = new Set<string>();
  // A value of the wrong shape may fail later checks as well: the first finding of a place tells enough.
  const first = findings.filter(({ path }) => {
    const place = JSON.stringify(path);
    return !seen.has(place) && seen.add(place);
  });
  return shape.ok ? { file: shape.file, findings: first } : { findings: first };
}

function findingsOf(tree: Tree): readonly Finding[] {
  return checks.flatMap((check) => check(tree));
}

/** A `type` that is none is one mistake: it hides none of those that stand behind it. */
function findingsBehind({ value, holds }: Guessed, { written }: Tree): readonly Finding[] {
  const shape = checkShape(value, written);
  return [...(shape.ok ? [] : shape.findings), ...findingsOf({ value, written })].filter(holds);
}
