import type { Artifact } from "../../src/nouns/artifact.ts";
import { aRoute } from "../artifacts/sightings.ts";
import {
  backOnProduction,
  deployer,
  freezeAll,
  friday,
  glass,
  glassy,
  held,
  lockOn,
  locks,
  no,
  ofPlacement,
  onceApproved,
  open,
  type Row,
  release,
  rollback,
  withArtifact,
  yes,
} from "./decide-rows.ts";
import {
  anArtifact,
  aTag,
  type Change,
  digest,
  onProduction,
  otherDigest,
  placementOn,
  saturday,
} from "./questions.ts";

export const glassPasses: readonly Row[] = [
  ["approvals", onProduction(glassy()), glass],
  ["a soak", onProduction(glassy({ facts: { placements: [] } })), glass],
  ["its freeze", onProduction(glassy({ now: saturday })), glass],
  ["the freeze of all targets", onProduction(glassy({ now: saturday })), glass, { freeze: [friday] }],
  [
    "a tag and an action that no route announces",
    onProduction(glassy()),
    glass,
    { routes: [aRoute({ repositories: ["shop/**"], tags: ["v*"], actions: ["delete"] })] },
  ],
  ["a lock", onProduction(glassy({ facts: locks(lockOn("production")) })), glass],
  ["a freeze of everything by hand", onProduction(glassy({ facts: locks(freezeAll) })), glass],
  [
    "the same deploy that awaits approval",
    onProduction(glassy({ facts: open({ state: "awaiting-approval" }) })),
    glass,
  ],
  [
    "approvals and lock of a roll back",
    onProduction(glassy({ wish: rollback, facts: { ...backOnProduction(), ...locks(freezeAll) } })),
    glass,
  ],
];

export const glassNever: readonly Row[] = [
  ["the kill switch", onProduction(glassy({ halted: true })), no("killSwitch")],
  ["the registry", onProduction(glassy({ wish: { registry: "fabrikam" } })), no("registry")],
  [
    "the target's repositories",
    onProduction(glassy({ wish: { repository: "tools/lint" } })),
    no("repository"),
  ],
  ["an unknown image", onProduction(glassy({ facts: { artifact: undefined } })), no("artifact")],
  ["a deleted image", glassOn({ deletedAt: 5 }), no("artifact")],
  ["an unconfirmed image", glassOn({ verification: { state: "unverified" } }), no("verified")],
  [
    "an image of which the registry says otherwise",
    glassOn({ verification: { state: "mismatched", at: 1, why: "x" } }),
    no("verified"),
  ],
  ["a quarantined image", glassOn(held("Quarantined")), no("quarantine")],
  ["a rejected image", glassOn(held("Failed")), no("quarantine")],
  ["a signature", glassOn({ kind: "signature" }), no("artifact")],
  [
    "a tag that has moved",
    onProduction(glassy({ facts: { namedTag: aTag({ digest: otherDigest }) } })),
    no("tag"),
  ],
  ["a disputed tag", onProduction(glassy({ facts: { namedTag: aTag({ disputed: true }) } })), no("tag")],
  ["a tag that is gone", onProduction(glassy({ facts: { namedTag: undefined } })), no("tag")],
  [
    "what a roll back was shown",
    onProduction(
      glassy({ wish: rollback, facts: { placement: placementOn("production", digest, otherDigest) } }),
    ),
    no("placement"),
  ],
  ["the same deploy that runs", onProduction(glassy({ facts: open({}) })), no("one at a time")],
  ["a missing reason", onProduction(glassy({ wish: { reason: " " } })), no("reason")],
  [
    "a missing role",
    onProduction(glassy({ roles: ["deployer", "operator", "approver"] })),
    no("targets.production.allow.breakGlass", "oncall"),
  ],
  ["a repository that no route takes", onProduction(glassy()), no("routes"), { routes: [] }],
  [
    "one that a route excludes, or takes of another registry",
    onProduction(glassy()),
    no("routes"),
    {
      routes: [
        aRoute({ repositories: ["shop/*", "!shop/checkout"] }),
        aRoute({ registries: ["fabrikam"] }),
        aRoute({ to: [] }),
      ],
    },
  ],
  ["a target whose glass nobody may break", glassy(), no("targets.staging.allow.breakGlass")],
];

export const againRows: readonly Row[] = [
  ["its own operation", { again: "asked for", facts: open({}) }, yes(deployer)],
  ["its own approved operation", onProduction({ again: "asked for", facts: open({}) }), onceApproved],
  [
    "its own release, after a crash",
    { wish: release, again: "asked for", ...withArtifact(held("Passed")) },
    yes("registries.contoso.allow.release: reviewer"),
  ],
  [
    "who has lost the role meanwhile",
    { again: "asked for", roles: [] },
    no("targets.staging.allow.deploy", "deployer"),
  ],
  [
    "who has become a guest meanwhile",
    { again: "asked for", who: { membership: "guest" } },
    no("membership"),
  ],
  ["a lock that came meanwhile", { again: "asked for", facts: locks(lockOn("staging")) }, no("lock staging")],
  ["the kill switch that came meanwhile", { again: "asked for", halted: true }, no("killSwitch")],
  [
    "a roll back by itself, whoever asked for what failed",
    byItself({ who: { membership: "guest" }, roles: [] }),
    yes("targets.production.rollbackOnFailure"),
  ],
  ["one in a freeze", byItself({ now: saturday }), yes("targets.production.rollbackOnFailure")],
  ["one on a locked target", byItself({ facts: locks(lockOn("production")) }), no("lock production")],
  ["one under the kill switch", byItself({ halted: true }), no("killSwitch")],
  [
    "one to what was rejected meanwhile",
    byItself({ facts: { artifact: anArtifact({ digest: otherDigest, ...held("Failed") }) } }),
    no("quarantine"),
  ],
  [
    "one where the configuration does not want it any more",
    { ...byItself(), wish: { ...rollback, target: "staging" }, ...ofPlacement(otherDigest, digest) },
    no("targets.staging.rollbackOnFailure"),
  ],
  ["one where the bot only notifies now", byItself(), no("mode"), { mode: "notify" }],
  ["one on a target that is gone", byItself({ wish: { target: "moon" } }), no("target")],
];

function glassOn(overrides: Partial<Artifact>): Change {
  return onProduction(glassy(withArtifact(overrides)));
}

function byItself(change: Change = {}): Change {
  return onProduction({
    again: "by itself",
    ...change,
    wish: { ...rollback, tag: undefined, ...change.wish },
    facts: { ...backOnProduction(), ...change.facts },
  });
}
