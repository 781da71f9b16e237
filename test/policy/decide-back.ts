import type { PlacementChange } from "../../src/nouns/placement.ts";
import type { RetagTarget } from "../../src/nouns/target.ts";
import type { Rules } from "../../src/policy/question.ts";
import {
  asks,
  backOnProduction,
  breaking,
  freezeAll,
  friday,
  glass,
  glassy,
  lockOn,
  locks,
  no,
  onceApproved,
  type Row,
  ran,
  rollback,
  yes,
} from "./decide-rows.ts";
import {
  aPlacement,
  type Change,
  digest,
  hourMs,
  onProduction,
  otherDigest,
  placementOn,
  ranOf,
  rulesWith,
  saturday,
  thirdDigest,
} from "./questions.ts";

const twoOfApprover = { count: 2, from: ["approver"], expiresMs: 4 * hourMs };

function productionWith(overrides: Partial<RetagTarget>): Partial<Rules> {
  const { targets } = rulesWith();
  const { production } = targets;
  if (production?.type !== "retag") throw new Error("production is a retag target here");
  return { targets: { ...targets, production: { ...production, ...overrides } } };
}

function onlyRan(...history: readonly (string | PlacementChange)[]) {
  const placement = placementOn("production", ...history);
  return { placement, ran: ranOf(placement) };
}

const roller = "targets.production.allow.rollback: operator";
const back = (change: Change = {}) =>
  onProduction({
    ...change,
    wish: { ...rollback, ...change.wish },
    facts: { ...backOnProduction(), ...change.facts },
  });

/** Going back to what was healthy there before has rules of its own; anything else is a deploy, with a deploy's. */
export const rollbackRows: readonly Row[] = [
  ["one by one person, without anybody's approval", back(), yes(roller)],
  ["one in the target's own freeze", back({ now: saturday }), yes(roller)],
  ["one in the freeze of all targets", back({ now: saturday }), yes(roller), { freeze: [friday] }],
  [
    "one in a freeze that holds roll backs, too",
    back({ now: saturday }),
    no(`targets.production.freeze: ${friday}`),
    productionWith({ rollbackInFreeze: "hold" }),
  ],
  ["one on a locked target", back({ facts: locks(lockOn("production")) }), no("lock production")],
  ["one while everything is frozen by hand", back({ facts: locks(freezeAll) }), no("freeze all")],
  [
    "one on a locked target, by who may deploy and not break the glass",
    back({ wish: breaking(), facts: locks(lockOn("production")) }),
    no("targets.production.allow.breakGlass", "oncall"),
  ],
  [
    "one past a lock by break-glass",
    back({ ...glassy({ wish: rollback }), facts: locks(lockOn("production")) }),
    glass,
  ],
  [
    "one where approvals are asked for",
    back(),
    asks(roller),
    productionWith({ approvals: { ...twoOfApprover, rollback: { count: 1, from: ["locker"] } } }),
  ],
  [
    "one to what was never healthy there",
    back({ facts: onlyRan({ digest: otherDigest, at: 0, how: "deploy", unhealthy: true }, digest) }),
    no("placement"),
  ],
  [
    "one to what was rolled back from",
    back({
      facts: onlyRan(thirdDigest, otherDigest, { digest: thirdDigest, at: 2, how: "rollback" }, digest),
    }),
    no("placement"),
  ],
  ["one to what never ran there", back({ wish: { digest: thirdDigest } }), no("placement")],
  [
    "a deploy of what was healthy there before",
    onProduction({ wish: { digest: otherDigest }, facts: { ...backOnProduction(), namedTag: undefined } }),
    no("tag"),
  ],
  [
    "that deploy, by its digest",
    onProduction({
      wish: { digest: otherDigest, tag: undefined },
      facts: { ...backOnProduction(), placements: [aPlacement(ran(2 * hourMs, otherDigest))] },
    }),
    onceApproved,
  ],
  [
    "a deploy, which keeps to the freeze",
    back({ now: saturday, wish: { kind: "deploy", tag: undefined } }),
    no(`targets.production.freeze: ${friday}`),
  ],
];
