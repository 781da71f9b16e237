import type { ArtifactView } from "../../src/cards/facets/artifact-view.ts";
import type { Artifact, TagState } from "../../src/nouns/artifact.ts";
import type { Operation } from "../../src/nouns/operation.ts";
import type { Placement, PlacementChange } from "../../src/nouns/placement.ts";
import type { Principal } from "../../src/nouns/principal.ts";
import type { KubernetesTarget, RetagTarget } from "../../src/nouns/target.ts";
import { aRetagTarget } from "../support/a-target.ts";

/** Noon of a day in November 2026; every time in the examples counts from it. */
export const noon = Date.UTC(2026, 10, 9, 12, 0, 0);
export const minutes = (count: number): number => noon + count * 60_000;

export const digestOf = (letter: string): string => `sha256:${letter.repeat(64)}`;
export const thisDigest = `sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08`;
export const beforeDigest = `sha256:60303ae22b998861bce3b28f33eec1be758a213c86c93c076dbe9f558c11c752`;

export const maya: Principal = {
  platform: "slack",
  tenant: "T0DEMO0001",
  userId: "U0MAYA0001",
  name: "Maya Lindqvist",
};

export const priya: Principal = {
  platform: "teams",
  tenant: "72f988bf-0000-4000-8000-2d7cd011db47",
  userId: "a11ce000-0000-4000-8000-0000000000b2",
  name: "Priya Nair",
};
export const sven: Principal = { ...maya, userId: "U0SVEN0001", name: "Sven Aalto" };

export const staging = aRetagTarget();
export const production: RetagTarget = { ...staging, name: "production", tag: "production" };
/** Production as the demo has it: two approvals, half an hour on staging first, and a glass to break. */
export const cluster: KubernetesTarget = {
  ...(({ tag: _tag, ...rest }) => rest)(staging),
  name: "production",
  type: "kubernetes",
  cluster: { kind: "in-cluster" },
  namespace: "shop",
  workload: { kind: "deployment", name: "checkout" },
  container: "app",
  force: false,
  allow: { ...staging.allow, breakGlass: ["operator"] },
  approvals: { count: 2, from: ["release-manager"], expiresMs: 4 * 60 * 60_000 },
  after: { target: "staging", soakMs: 30 * 60_000 },
  rollbackOnFailure: true,
};

export function artifact(changes: Partial<Artifact> = {}): Artifact {
  return {
    registry: "contoso",
    repository: "shop/checkout",
    digest: thisDigest,
    incarnation: 1,
    kind: "index",
    mediaType: "application/vnd.oci.image.index.v1+json",
    manifestBytes: 1609,
    imageBytes: 31_204_551,
    platforms: ["linux/amd64", "linux/arm64"],
    children: [digestOf("a"), digestOf("b")],
    referrers: [
      { digest: digestOf("c"), kind: "sbom" },
      { digest: digestOf("d"), kind: "signature" },
    ],
    labels: {
      source: "https://github.com/contoso/shop",
      revision: "4be1f0c2a9d5b7e8f3a6c1d2e4f5a6b7c8d9e0f1",
      version: "1.4.2",
    },
    firstSeenAt: noon,
    pushedAt: noon,
    announcedTag: "1.4.2",
    tagsWhenDeleted: [],
    userAgent: "docker/24.0.5 go/go1.20.6 git-commit/a61e2b4 kernel/5.15 os/linux arch/amd64",
    regions: [
      { region: "westus", at: noon },
      { region: "eastus", at: noon + 2_400 },
    ],
    replacedDigest: beforeDigest,
    verification: { state: "verified", at: minutes(1) },
    ...changes,
  };
}

export function tag(name: string, digest: string = thisDigest, changes: Partial<TagState> = {}): TagState {
  return { tag: name, digest, movedAt: noon, disputed: false, ...changes };
}

export function operation(changes: Partial<Operation> = {}): Operation {
  return {
    id: "op-1",
    kind: "deploy",
    registry: "contoso",
    repository: "shop/checkout",
    digest: thisDigest,
    tag: "1.4.2",
    target: "staging",
    requestedBy: maya,
    rule: "targets.staging.allow.deploy: deployer",
    requestId: "request-1",
    state: "succeeded",
    requestedAt: minutes(5),
    startedAt: minutes(5),
    finishedAt: minutes(6),
    votes: [],
    journal: { steps: [], notes: {} },
    attempts: 1,
    ...changes,
  };
}

export function placement(target: string, ...history: readonly Partial<PlacementChange>[]): Placement {
  return {
    target,
    registry: "contoso",
    repository: "shop/checkout",
    history: history.map((change) => ({ digest: thisDigest, at: minutes(6), how: "deploy", ...change })),
  };
}

/** A pushed and verified image that nothing runs yet, in a channel of Slack. */
export function view(changes: Partial<ArtifactView> = {}): ArtifactView {
  return {
    channel: "slack:C0RELEASES",
    artifact: artifact(),
    tags: [tag("1.4.2"), tag("latest")],
    namedTag: tag("1.4.2"),
    replaced: artifact({ digest: beforeDigest, imageBytes: 30_004_000 }),
    operations: [],
    placements: [],
    tagsByDigest: new Map([
      [thisDigest, ["1.4.2", "latest"]],
      [beforeDigest, ["1.4.1"]],
    ]),
    targets: [staging],
    previous: new Map(),
    approvals: new Map(),
    holds: new Map(),
    mode: "act",
    loginServer: "contoso.azurecr.io",
    registryReadable: true,
    reviewable: true,
    portalUrl: "https://portal.azure.com/#resource/contoso",
    actable: true,
    ...changes,
  };
}
