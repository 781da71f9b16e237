import type { ArtifactView } from "../../src/cards/facets/artifact-view.ts";
import { newArtifact } from "../../src/nouns/artifact.ts";
import { operationStates } from "./example-operation-states.ts";
import {
  artifact,
  beforeDigest,
  digestOf,
  maya,
  minutes,
  operation,
  placement,
  production,
  staging,
  tag,
  thisDigest,
  view,
} from "./example-view.ts";

const backOnStaging = { previous: new Map([["staging", beforeDigest]]) };
const ranBefore = { digest: beforeDigest, at: minutes(-3000) };
const scan = {
  findings: [
    { severity: "Critical", count: 1 },
    { severity: "High", count: 4 },
    { severity: "Low", count: 10 },
  ],
  link: "https://testresult/summary",
};
const decided = { at: minutes(7), by: "SecurityCenter", why: "ScanState" };
const quarantined = artifact({
  quarantinedAt: minutes(0),
  registryQuarantine: { state: "Quarantined", at: minutes(1) },
  scan,
});
const { pushedAt: _pushedAt, ...neverPushed } = quarantined;

function both(staged: ArtifactView["placements"][number]): Partial<ArtifactView> {
  return { targets: [staging, production], placements: [staged, placement("production", ranBefore)] };
}

/** One view for every state that a card can be in; the name is that of its golden file. */
export const exampleStates: Readonly<Record<string, ArtifactView>> = {
  ...operationStates,
  pushed: view(),
  "pushed-in-notify-mode": view({
    mode: "notify",
    registryReadable: false,
    targets: [],
    reviewable: false,
    artifact: artifact({ verification: { state: "unverified" } }),
  }),
  "pushed-in-observe-mode": view({ mode: "observe" }),
  "pushed-without-tag": view({
    artifact: (({ announcedTag: _tag, ...rest }) => rest)(artifact()),
    tags: [],
    tagsByDigest: new Map(),
  }),
  "pushed-for-two-targets": view(both(placement("staging", ranBefore))),
  unverified: view({
    artifact: artifact({
      verification: { state: "unverified", why: "contoso did not answer, asked again soon" },
    }),
  }),
  mismatched: view({
    artifact: artifact({
      verification: { state: "mismatched", at: minutes(1), why: `1.4.2 points to ${beforeDigest}` },
    }),
  }),
  "taken-back": view({
    artifact: {
      ...newArtifact({ registry: "contoso", repository: "shop/forged", digest: thisDigest }, minutes(0)),
      takenBack: { at: minutes(30), tag: "1.4.2" },
    },
    tags: [],
    placements: [placement("staging", ranBefore)],
  }),
  disputed: view({
    namedTag: tag("1.4.2", thisDigest, { disputed: true }),
    tags: [tag("1.4.2", thisDigest, { disputed: true })],
  }),
  quarantined: view({ artifact: neverPushed, tags: [], namedTag: tag("1.4.2", beforeDigest) }),
  "quarantined-not-scanned": view({
    artifact: (({ scan: _scan, ...rest }) => rest)(neverPushed),
    tags: [],
    namedTag: tag("1.4.2", beforeDigest),
  }),
  releasing: view({
    artifact: neverPushed,
    tags: [],
    operations: [reviewed({ kind: "release", state: "running" })],
  }),
  released: view({
    artifact: artifact({ registryQuarantine: { state: "Passed", at: minutes(7) } }),
    operations: [reviewed({ kind: "release", reason: "Findings are in a package that we do not ship" })],
  }),
  "released-elsewhere": view({
    artifact: artifact({ registryQuarantine: { state: "Passed", ...decided }, scan }),
  }),
  rejecting: view({
    artifact: neverPushed,
    tags: [],
    operations: [reviewed({ kind: "reject", state: "running", reason: "Critical finding in libssl" })],
  }),
  rejected: view({
    artifact: { ...neverPushed, registryQuarantine: { state: "Failed", ...decided } },
    tags: [],
    operations: [reviewed({ kind: "reject", reason: "Critical finding in libssl" })],
  }),
  "release-failed": view({
    artifact: neverPushed,
    tags: [],
    operations: [
      reviewed({
        kind: "release",
        state: "failed",
        outcome: "contoso refused it: 403. The role AcrQuarantineWriter is missing.",
      }),
    ],
  }),
  "deploy-queued": view({ operations: [operation({ state: "queued" })] }),
  deploying: view({
    operations: [operation({ state: "running" })],
    placements: [placement("staging", ranBefore)],
  }),
  live: view({
    ...backOnStaging,
    operations: [operation()],
    placements: [placement("staging", ranBefore, {})],
  }),
  "live-on-one-of-two": view({
    ...backOnStaging,
    ...both(placement("staging", ranBefore, {})),
    operations: [operation()],
  }),
  "live-and-replaced": view({
    ...backOnStaging,
    placements: [placement("staging", ranBefore, {})],
    tags: [tag("staging")],
    namedTag: tag("1.4.2", digestOf("e")),
  }),
  "rolling-back": view({
    ...backOnStaging,
    placements: [placement("staging", ranBefore, {})],
    operations: [
      operation({
        id: "op-2",
        kind: "rollback",
        digest: beforeDigest,
        state: "running",
        reason: "Payments fail since 12:04",
      }),
      operation(),
    ],
  }),
  "rollback-failed": view({
    ...backOnStaging,
    placements: [placement("staging", ranBefore, {})],
    operations: [
      operation({
        id: "op-2",
        kind: "rollback",
        digest: beforeDigest,
        state: "failed",
        outcome: "contoso did not take the tag: 429, asked to wait",
      }),
      operation(),
    ],
  }),
  "rolled-back-from": view({
    placements: [
      placement("staging", ranBefore, {}, { digest: beforeDigest, how: "rollback", at: minutes(9) }),
    ],
    operations: [
      operation({ id: "op-2", kind: "rollback", digest: beforeDigest, reason: "Payments fail since 12:04" }),
      operation(),
    ],
  }),
  failed: view({
    operations: [operation({ state: "failed", outcome: "contoso did not take the tag: 429, asked to wait" })],
  }),
  "in-doubt": view({
    operations: [operation({ state: "in-doubt", outcome: "the answer to setting the tag was lost" })],
  }),
  replaced: view({ tags: [], namedTag: tag("1.4.2", digestOf("e")) }),
  deleted: view({
    artifact: artifact({ deletedAt: minutes(30), tagsWhenDeleted: ["1.4.2", "latest"] }),
    tags: [],
  }),
  "deleted-while-live": view({
    artifact: artifact({ deletedAt: minutes(30), tagsWhenDeleted: ["1.4.2", "staging"] }),
    tags: [],
    placements: [placement("staging", ranBefore, {})],
  }),
  "live-without-a-platform": view({
    artifact: artifact({ lostPlatforms: ["linux/arm64"] }),
    placements: [placement("staging", ranBefore, {})],
  }),
  "labels-not-readable": view({ artifact: artifact({ labels: {}, labelsUnreadSince: minutes(1) }) }),
  "repository-deleted": view({
    artifact: artifact({
      digest: "",
      kind: "unknown",
      deletedAt: minutes(30),
      platforms: [],
      referrers: [],
      children: [],
      labels: {},
      regions: [],
      verification: { state: "verified", at: minutes(30) },
    }),
    tags: [],
  }),
  chart: view({
    artifact: artifact({
      kind: "legacy-chart",
      repository: "repo",
      chart: { name: "wordpress", version: "5.4.0.tgz" },
      announcedTag: "wordpress-5.4.0.tgz",
      mediaType: "application/vnd.acr.helm.chart",
      platforms: [],
      referrers: [],
      children: [],
      labels: {},
      verification: { state: "unverified" },
    }),
    tags: [tag("wordpress-5.4.0.tgz")],
  }),
  frozen: view({ actable: false }),
  "incoming-webhook": view({ channel: "slack-webhook:default" }),
};

function reviewed(changes: Parameters<typeof operation>[0]) {
  const { target: _target, ...rest } = operation({ requestedBy: maya, ...changes });
  return rest;
}
