import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Artifact } from "../../src/nouns/artifact.ts";
import { operationKinds } from "../../src/nouns/operation.ts";
import { decide, type Rules } from "../../src/policy/decide.ts";
import {
  anArtifact,
  anOperation,
  aPlacement,
  aQuestion,
  aTag,
  type Change,
  digest,
  otherDigest,
  rulesWith,
} from "./questions.ts";

type Row = [what: string, change: Change, rule: string, rules?: Partial<Rules>];

const release = { kind: "release", target: undefined, tag: undefined, reason: "scanned" } as const;
const rollback = { kind: "rollback", digest: otherDigest, expectedCurrent: digest } as const;
const held = (state: string): Partial<Artifact> => ({ registryQuarantine: { state, at: 1 } });
const withArtifact = (overrides: Partial<Artifact>): Change => ({
  facts: { artifact: anArtifact(overrides) },
});
const ofPlacement = (...history: readonly string[]) => ({ facts: { placement: aPlacement(...history) } });

const allowed: Row[] = [
  ["a deploy by a deployer", {}, "targets.staging.allow.deploy: deployer"],
  ["a deploy by digest", { wish: { tag: undefined } }, "targets.staging.allow.deploy: deployer"],
  ["a deploy of an index", withArtifact({ kind: "index" }), "targets.staging.allow.deploy: deployer"],
  [
    "a deploy of a Helm chart",
    withArtifact({ kind: "helm-chart" }),
    "targets.staging.allow.deploy: deployer",
  ],
  ["a deploy of a released image", withArtifact(held("Passed")), "targets.staging.allow.deploy: deployer"],
  [
    "a redeploy of what runs",
    { wish: { kind: "redeploy" }, ...ofPlacement(digest) },
    "targets.staging.allow.deploy: deployer",
  ],
  [
    "a redeploy whose tag has moved on",
    {
      wish: { kind: "redeploy" },
      facts: { placement: aPlacement(digest), namedTag: aTag({ digest: otherDigest }) },
    },
    "targets.staging.allow.deploy: deployer",
  ],
  [
    "a roll back by its own role",
    { wish: rollback, roles: ["operator"], ...ofPlacement(otherDigest, digest) },
    "targets.staging.allow.rollback: operator",
  ],
  [
    "a release of a held image",
    { wish: release, ...withArtifact(held("Quarantined")) },
    "registries.contoso.allow.release: reviewer",
  ],
  [
    "a release of a rejected image, on second thoughts",
    { wish: release, ...withArtifact(held("Failed")) },
    "registries.contoso.allow.release: reviewer",
  ],
  [
    "a reject by another role that may",
    { wish: { ...release, kind: "reject" }, roles: ["security"], ...withArtifact(held("Quarantined")) },
    "registries.contoso.allow.reject: security",
  ],
  [
    "its own operation, decided again",
    { operationId: "o1", facts: { open: [anOperation()] } },
    "targets.staging.allow.deploy: deployer",
  ],
  [
    "its own release, taken up again after a crash",
    { wish: release, operationId: "o1", ...withArtifact(held("Passed")) },
    "registries.contoso.allow.release: reviewer",
  ],
];

const refused: Row[] = [
  ["anybody before the workspace is known", { home: undefined }, "membership"],
  ["somebody of another workspace", { who: { tenant: "T0OTHER" } }, "membership"],
  ...(["guest", "outsider", "bot", "deactivated", "unknown"] as const).map(
    (membership): Row => [`a ${membership} who holds every role`, { who: { membership } }, "membership"],
  ),
  ["everything in notify mode", {}, "mode", { mode: "notify" }],
  ["who has no role", { roles: [] }, "targets.staging.allow.deploy"],
  ["who has another role", { roles: ["reviewer"] }, "targets.staging.allow.deploy"],
  [
    "a roll back by who may only deploy",
    { wish: rollback, roles: ["deployer"], ...ofPlacement(otherDigest, digest) },
    "targets.staging.allow.rollback",
  ],
  [
    "a redeploy by who may only roll back",
    { wish: { kind: "redeploy" }, roles: ["operator"], ...ofPlacement(digest) },
    "targets.staging.allow.deploy",
  ],
  [
    "anybody where the configuration names nobody",
    { wish: { target: "closed" } },
    "targets.closed.allow.deploy",
  ],
  ["a target that is not configured", { wish: { target: "production" } }, "target"],
  ["no target at all", { wish: { target: undefined } }, "target"],
  ["a target named like a built-in", { wish: { target: "constructor" } }, "target"],
  [
    "a release by who may only deploy",
    { wish: release, roles: ["deployer"], ...withArtifact(held("Quarantined")) },
    "registries.contoso.allow.release",
  ],
  [
    "a release in a registry that names nobody",
    { wish: { ...release, registry: "fabrikam" }, ...withArtifact(held("Quarantined")) },
    "registries.fabrikam.allow.release",
  ],
  ["a release in an unknown registry", { wish: { ...release, registry: "nowhere" } }, "registry"],
  ["an image that is not known", { facts: { artifact: undefined } }, "artifact"],
  ["an image that was deleted", withArtifact({ deletedAt: 5 }), "artifact"],
  [
    "an image that the registry has not confirmed",
    withArtifact({ verification: { state: "unverified" } }),
    "verified",
  ],
  [
    "an image of which the registry says otherwise",
    withArtifact({ verification: { state: "mismatched", at: 1, why: "size" } }),
    "verified",
  ],
  [
    "a release of an unconfirmed image",
    { wish: release, ...withArtifact({ ...held("Quarantined"), verification: { state: "unverified" } }) },
    "verified",
  ],
  ["a deploy of a quarantined image", withArtifact(held("Quarantined")), "quarantine"],
  ["a deploy of an image in a state nobody knows", withArtifact(held("Whatever")), "quarantine"],
  ["a deploy of a rejected image", withArtifact(held("Failed")), "quarantine"],
  ["a deploy on the word of a quarantine event alone", { facts: { artifact: heldByEvent() } }, "quarantine"],
  [
    "a redeploy of an image rejected since",
    {
      wish: { kind: "redeploy" },
      facts: { placement: aPlacement(digest), artifact: anArtifact(held("Failed")) },
    },
    "quarantine",
  ],
  ...(["signature", "sbom", "attestation", "legacy-chart", "other", "unknown"] as const).map(
    (kind): Row => [`a deploy of a ${kind}`, withArtifact({ kind }), "artifact"],
  ),
  ["an image of another registry than the target's", { wish: { registry: "fabrikam" } }, "registry"],
  ["a repository that the target does not take", { wish: { repository: "tools/lint" } }, "repository"],
  ["a repository that the target excludes", { wish: { repository: "shop/secret" } }, "repository"],
  ["a deploy by a tag that is gone", { facts: { namedTag: undefined } }, "tag"],
  ["a deploy by a tag that two claim", { facts: { namedTag: aTag({ disputed: true }) } }, "tag"],
  ["a deploy by a tag that has moved", { facts: { namedTag: aTag({ digest: otherDigest }) } }, "tag"],
  [
    "a redeploy of what does not run",
    { wish: { kind: "redeploy" }, ...ofPlacement(otherDigest) },
    "placement",
  ],
  ["a roll back where nothing ran before", { wish: rollback, ...ofPlacement(digest) }, "placement"],
  [
    "a roll back to what was not there before",
    { wish: { ...rollback, digest }, ...ofPlacement(otherDigest, digest) },
    "placement",
  ],
  [
    "a roll back of a target that has changed since",
    { wish: rollback, ...ofPlacement(otherDigest, digest, otherDigest) },
    "placement",
  ],
  ["a release of what is not quarantined", { wish: release }, "quarantine"],
  ["a release of what was released", { wish: release, ...withArtifact(held("Passed")) }, "quarantine"],
  [
    "a reject of what was rejected",
    { wish: { ...release, kind: "reject" }, ...withArtifact(held("Failed")) },
    "quarantine",
  ],
  [
    "a release without a reason",
    { wish: { ...release, reason: "  " }, ...withArtifact(held("Quarantined")) },
    "reason",
  ],
  [
    "a second operation on a target where one runs",
    { facts: { open: [anOperation({ id: "o2" })] } },
    "one at a time",
  ],
  [
    "another review while one is open",
    {
      wish: release,
      facts: { artifact: anArtifact(held("Quarantined")), open: [anOperation({ kind: "reject" })] },
    },
    "one at a time",
  ],
];

/** Held because a quarantine event came and no push did. */
function heldByEvent(): Artifact {
  const { pushedAt, ...artifact } = anArtifact({ quarantinedAt: 1 });
  return artifact;
}

describe("decide allows", () => {
  it.each(allowed)("%s", (_what, change, rule, rules) => {
    expect(decide(aQuestion(change), rulesWith(rules))).toEqual({ outcome: "allowed", rule });
  });

  it.each(allowed)("in observe mode nothing, but says what rule would: %s", (_what, change, rule) => {
    expect(decide(aQuestion(change), rulesWith({ mode: "observe" }))).toEqual({ outcome: "observed", rule });
  });
});

describe("decide refuses", () => {
  it.each(refused)("%s", (_what, change, rule, rules) => {
    const decision = decide(aQuestion(change), rulesWith(rules));
    expect(decision).toMatchObject({ outcome: "refused", rule });
    if (decision.outcome !== "refused") return;
    // A refusal helps: why, and what to do or that nothing was changed.
    expect(decision.why.length).toBeGreaterThan(10);
    expect(decision.help.length).toBeGreaterThan(10);
  });

  it.each(refused)("and no mode makes it better: %s", (_what, change, _rule, rules) => {
    const observing = decide(aQuestion(change), rulesWith({ ...rules, mode: "observe" }));
    expect(observing.outcome === "refused" || rules?.mode === "notify").toBe(true);
    expect(decide(aQuestion(change), rulesWith({ ...rules, mode: "notify" })).outcome).toBe("refused");
  });
});

describe("whatever is asked", () => {
  const aWish = fc.record({
    kind: fc.constantFrom(...operationKinds),
    registry: fc.constantFrom("contoso", "fabrikam", "__proto__", ""),
    repository: fc.constantFrom("shop/checkout", "tools/lint", ""),
    digest: fc.constantFrom(digest, otherDigest, ""),
    target: fc.constantFrom("staging", "closed", "toString", undefined),
    reason: fc.constantFrom("because", ""),
  });

  it("nobody without a role that is named for it gets anything", () => {
    const otherRoles = fc.array(fc.constantFrom("viewer", "admin", "", "deployers", "Deployer"));
    fc.assert(
      fc.property(aWish, otherRoles, (wish, roles) => {
        expect(decide(aQuestion({ wish, roles }), rulesWith()).outcome).toBe("refused");
      }),
    );
  });

  it("nothing is allowed without an artifact that the registry confirmed", () => {
    const state = fc.constantFrom("unverified" as const, "mismatched" as const);
    fc.assert(
      fc.property(aWish, state, (wish, verification) => {
        const artifact = anArtifact({ verification: { state: verification, at: 1, why: "x" } });
        const question = aQuestion({ wish, facts: { artifact, placement: aPlacement(otherDigest, digest) } });
        expect(decide(question, rulesWith()).outcome).toBe("refused");
      }),
    );
  });
});
