import type { Artifact } from "../../src/nouns/artifact.ts";
import type { Rules } from "../../src/policy/question.ts";
import { aKubernetesTarget } from "../support/a-target.ts";
import {
  deployer,
  glassy,
  held,
  no,
  ofPlacement,
  open,
  type Row,
  redeploy,
  release,
  rollback,
  withArtifact,
  yes,
} from "./decide-rows.ts";
import {
  anArtifact,
  aPlacement,
  aTag,
  type Change,
  digest,
  onProduction,
  otherDigest,
  ranOf,
  thirdDigest,
} from "./questions.ts";

/** Staging runs what it gets. */
const running: Partial<Rules> = {
  targets: {
    staging: aKubernetesTarget({
      allow: { deploy: ["deployer"], rollback: ["operator"], lock: [], breakGlass: ["oncall"] },
    }),
  },
};
const chart = { artifact: anArtifact({ digest: otherDigest, kind: "helm-chart" }) };

export const artifactRows: readonly Row[] = [
  ["a deploy by digest", { wish: { tag: undefined } }, yes(deployer)],
  ["a deploy of an index", withArtifact({ kind: "index" }), yes(deployer)],
  ["a Helm chart where only a tag is moved", withArtifact({ kind: "helm-chart" }), yes(deployer)],
  ["a Helm chart where images run", withArtifact({ kind: "helm-chart" }), no("artifact"), running],
  [
    "a Helm chart where images run, with the glass broken",
    glassy(withArtifact({ kind: "helm-chart" })),
    no("artifact"),
    running,
  ],
  ["an image where images run", {}, yes(deployer), running],
  ["a deploy of a released image", withArtifact(held("Passed")), yes(deployer)],
  ["an image that is not known", { facts: { artifact: undefined } }, no("artifact")],
  ["an image that was deleted", withArtifact({ deletedAt: 5 }), no("artifact")],
  [
    "an image that the registry has not confirmed",
    withArtifact({ verification: { state: "unverified" } }),
    no("verified"),
  ],
  [
    "an image of which the registry says otherwise",
    withArtifact({ verification: { state: "mismatched", at: 1, why: "size" } }),
    no("verified"),
  ],
  [
    "a release of an unconfirmed image",
    { wish: release, ...withArtifact({ ...held("Quarantined"), verification: { state: "unverified" } }) },
    no("verified"),
  ],
  ["a deploy of a quarantined image", withArtifact(held("Quarantined")), no("quarantine")],
  ["a deploy of an image in a state nobody knows", withArtifact(held("Whatever")), no("quarantine")],
  ["a deploy of a rejected image", withArtifact(held("Failed")), no("quarantine")],
  [
    "a deploy on the word of a quarantine event alone",
    { facts: { artifact: heldByEvent() } },
    no("quarantine"),
  ],
  [
    "a redeploy of an image rejected since",
    { wish: redeploy, facts: { placement: aPlacement(digest), artifact: anArtifact(held("Failed")) } },
    no("quarantine"),
  ],
  ...(["signature", "sbom", "attestation", "legacy-chart", "other", "unknown"] as const).map(
    (kind): Row => [`a deploy of a ${kind}`, withArtifact({ kind }), no("artifact")],
  ),
  ["an image of another registry than the target's", { wish: { registry: "fabrikam" } }, no("registry")],
  ["a repository that the target does not take", { wish: { repository: "tools/lint" } }, no("repository")],
  ["a repository that the target excludes", { wish: { repository: "shop/secret" } }, no("repository")],
  ["a deploy by a tag that is gone", { facts: { namedTag: undefined } }, no("tag")],
  ["a deploy by a tag that two claim", { facts: { namedTag: aTag({ disputed: true }) } }, no("tag")],
  ["a deploy by a tag that has moved", { facts: { namedTag: aTag({ digest: otherDigest }) } }, no("tag")],
];

export const placementRows: readonly Row[] = [
  ["a redeploy of what runs", { wish: redeploy, ...ofPlacement(digest) }, yes(deployer)],
  [
    "a redeploy whose tag has moved on",
    { wish: redeploy, facts: { placement: aPlacement(digest), namedTag: aTag({ digest: otherDigest }) } },
    yes(deployer),
  ],
  ["a redeploy of what does not run", { wish: redeploy, ...ofPlacement(otherDigest) }, no("placement")],
  ["a redeploy where nothing is known to run", { wish: redeploy }, no("placement")],
  ["a roll back where nothing ran before", { wish: rollback, ...ofPlacement(digest) }, no("placement")],
  [
    "a roll back to what was not there before",
    { wish: { ...rollback, digest: thirdDigest }, ...ofPlacement(otherDigest, digest) },
    no("placement"),
  ],
  [
    "a roll back of a target that has changed since",
    { wish: rollback, ...ofPlacement(otherDigest, digest, otherDigest) },
    no("placement"),
  ],
  [
    "a roll back to what is still the one before, of another one than was shown",
    { wish: rollback, ...ofPlacement(otherDigest, thirdDigest) },
    no("placement"),
  ],
  [
    "a roll back without a word of what was shown",
    { wish: { ...rollback, expectedCurrent: undefined }, ...ofPlacement(otherDigest, thirdDigest) },
    yes("targets.staging.allow.rollback: operator"),
  ],
  [
    "a roll back to what never became healthy",
    {
      wish: rollback,
      ...ofPlacement({ digest: otherDigest, at: 0, how: "deploy", unhealthy: true }, digest),
    },
    no("placement"),
  ],
  [
    "a roll back past the newest that can be had, to one that was healthy there",
    { wish: rollback, ...ofPlacement(otherDigest, thirdDigest, digest) },
    yes("targets.staging.allow.rollback: operator"),
  ],
  [
    "a roll back past one that is gone",
    passingOver({ deletedAt: 5 }),
    yes("targets.staging.allow.rollback: operator"),
  ],
  [
    "a roll back past a Helm chart that ran there by mistake",
    passingOver({ kind: "helm-chart" }),
    yes("targets.staging.allow.rollback: operator"),
    running,
  ],
  [
    "a roll back to a Helm chart",
    {
      wish: rollback,
      facts: { ...chart, placement: aPlacement(otherDigest, digest), ran: [chart.artifact] },
    },
    no("artifact"),
    running,
  ],
  [
    "a roll back past one that was rejected",
    passingOver(held("Failed")),
    yes("targets.staging.allow.rollback: operator"),
  ],
];

export const lineRows: readonly Row[] = [
  [
    "another digest while one deploys: it waits in line",
    { facts: open({ digest: otherDigest }) },
    yes(deployer),
  ],
  ["the same deploy while it runs", { facts: open({ id: "o2" }) }, no("one at a time")],
  ["the same deploy while it waits in line", { facts: open({ state: "queued" }) }, no("one at a time")],
  [
    "the same deploy while it awaits approval",
    onProduction({ facts: open({ state: "awaiting-approval" }) }),
    no("one at a time"),
  ],
  [
    "a roll back while something deploys",
    {
      wish: rollback,
      facts: { placement: aPlacement(otherDigest, digest), ...open({ digest: thirdDigest }) },
    },
    no("one at a time"),
  ],
  [
    "a roll back while a deploy only awaits approval",
    {
      wish: rollback,
      facts: { placement: aPlacement(otherDigest, digest), ...open({ state: "awaiting-approval" }) },
    },
    yes("targets.staging.allow.rollback: operator"),
  ],
  [
    "another review while one is open",
    {
      wish: release,
      facts: { artifact: anArtifact(held("Quarantined")), ...open({ kind: "reject", state: "queued" }) },
    },
    no("one at a time"),
  ],
  [
    "another review while one is open, with a target's name in it",
    {
      wish: { ...release, target: "staging" },
      facts: { artifact: anArtifact(held("Quarantined")), ...open({ kind: "reject", state: "queued" }) },
    },
    no("one at a time"),
  ],
];

/** Held because a quarantine event came and no push did. */
function heldByEvent(): Artifact {
  const { pushedAt, ...artifact } = anArtifact({ quarantinedAt: 1 });
  return artifact;
}

/** A roll back over the newest one before, which cannot be had. */
function passingOver(overrides: Partial<Artifact>): Change {
  const placement = aPlacement(otherDigest, thirdDigest, digest);
  const ran = ranOf(placement).map((one) => (one.digest === thirdDigest ? { ...one, ...overrides } : one));
  return { wish: rollback, facts: { placement, ran } };
}
