import {
  after,
  backOnProduction,
  deployer,
  freezeAll,
  friday,
  held,
  lockOn,
  locks,
  no,
  ofPlacement,
  onceApproved,
  type Row,
  ran,
  redeploy,
  release,
  rollback,
  staging,
  withArtifact,
  yes,
} from "./decide-rows.ts";
import {
  aLock,
  aPlacement,
  type Change,
  digest,
  hourMs,
  minuteMs,
  onProduction,
  otherDigest,
  placementOn,
  saturday,
  wednesday,
} from "./questions.ts";

export const lockRows: readonly Row[] = [
  ["a locked target", { facts: locks(lockOn("staging")) }, no("lock staging")],
  ["everything frozen by hand", { facts: locks(freezeAll) }, no("freeze all")],
  [
    "a lock that has not run out",
    { facts: locks(lockOn("staging", { until: wednesday + 1 })) },
    no("lock staging"),
  ],
  ["a lock that has just run out", { facts: locks(lockOn("staging", { until: wednesday })) }, yes(deployer)],
  [
    "one that has run out before one that holds",
    { facts: locks(aLock({ kind: "all" }, { until: 5 }), lockOn("staging")) },
    no("lock staging"),
  ],
  [
    "a roll back of a locked target",
    { wish: rollback, facts: { placement: aPlacement(otherDigest, digest), ...locks(lockOn("staging")) } },
    no("lock staging"),
  ],
  [
    "its own lock",
    { facts: locks(lockOn("staging", { by: { ...aLock({ kind: "all" }).by, userId: "U1" } })) },
    no("lock staging"),
  ],
  ["the kill switch", { halted: true }, no("killSwitch")],
  [
    "a release under the kill switch",
    { wish: release, halted: true, ...withArtifact(held("Quarantined")) },
    no("killSwitch"),
  ],
];

export const freezeRows: readonly Row[] = [
  [
    "production in its freeze",
    { ...soakedBy(saturday), now: saturday },
    no(`targets.production.freeze: ${friday}`),
  ],
  ["staging, which has no freeze, at that time", { now: saturday }, yes(deployer)],
  [
    "everywhere in the freeze of all targets",
    { now: saturday },
    no(`freeze: ${friday}`),
    { freeze: [friday] },
  ],
  ["before it begins", { now: Date.parse("2026-11-20T14:59:59Z") }, yes(deployer), { freeze: [friday] }],
  [
    "when it begins",
    { now: Date.parse("2026-11-20T15:00:00Z") },
    no(`freeze: ${friday}`),
    { freeze: [friday] },
  ],
  ["when it has ended", { now: Date.parse("2026-11-23T07:00:00Z") }, yes(deployer), { freeze: [friday] }],
  [
    "a redeploy in a freeze",
    { now: saturday, wish: redeploy, ...ofPlacement(otherDigest, digest) },
    no(`freeze: ${friday}`),
    { freeze: [friday] },
  ],
];

export const soakRows: readonly Row[] = [
  ["what never ran on staging", staging(), no(after)],
  [
    "what ran on another target only",
    onProduction({ facts: { placements: [placementOn("qa", digest)] } }),
    no(after),
  ],
  ["what runs on staging too short", staging(ran(hourMs - 1, digest)), no(after)],
  ["what runs there long enough", staging(ran(hourMs, digest)), onceApproved],
  ["what somebody else put there, long enough", staging(ran(hourMs, digest, "observed")), onceApproved],
  [
    "what ran there long enough, and another does now",
    staging(ran(3 * hourMs, digest), ran(hourMs, otherDigest)),
    onceApproved,
  ],
  [
    "what ran there too short before another did",
    staging(ran(hourMs, digest), ran(minuteMs, otherDigest)),
    no(after),
  ],
  [
    "two times that are long enough together only",
    staging(ran(100 * minuteMs, digest), ran(60 * minuteMs, otherDigest), ran(40 * minuteMs, digest)),
    no(after),
  ],
  [
    "what ran there long enough, and too short a second time",
    staging(ran(9 * hourMs, digest), ran(2 * hourMs, otherDigest), ran(minuteMs, digest)),
    onceApproved,
  ],
  [
    "what was rolled back from, however long it ran",
    staging(ran(9 * hourMs, digest), ran(hourMs, otherDigest, "rollback")),
    no(after),
  ],
  ["what was not well there", staging({ ...ran(9 * hourMs, digest), unhealthy: true }), no(after)],
  [
    "a redeploy of what production runs, without soak",
    onProduction({ wish: redeploy, facts: { placements: [], placement: placementOn("production", digest) } }),
    onceApproved,
  ],
  [
    "a roll back to what production ran, without soak",
    onProduction({ wish: rollback, facts: { ...backOnProduction(), placements: [] } }),
    yes("targets.production.allow.rollback: operator"),
  ],
];

function soakedBy(now: number): Change {
  return onProduction({
    facts: { placements: [aPlacement({ digest, at: now - 2 * hourMs, how: "deploy" })] },
  });
}
