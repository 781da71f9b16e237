import type { ArtifactView } from "../../src/cards/facets/artifact-view.ts";
import { buildApprovalCall } from "../../src/cards/notices/approval-call.ts";
import { buildGlassNotice } from "../../src/cards/notices/glass-notice.ts";
import { buildSuggestionNotice } from "../../src/cards/notices/suggestion-notice.ts";
import type { Notice } from "../../src/nouns/card.ts";
import type { OperationState } from "../../src/nouns/operation.ts";
import {
  artifact,
  cluster,
  minutes,
  operation,
  placement,
  production,
  staging,
  tag,
  view,
} from "./example-view.ts";

/** A view in which everything that comes from outside is that text. */
export function hostileView(
  said: string,
  shape: {
    readonly held: boolean;
    readonly deleted: boolean;
    readonly state: OperationState;
  },
): ArtifactView {
  const digest = `sha256:${said}`;
  const principal = { platform: "slack", tenant: said, userId: said, name: said } as const;
  const more = {
    progress: said,
    link: said,
    suggestedBy: principal,
    cancelledBy: principal,
    breakGlassUntil: minutes(9),
    approvals: { count: 2, from: [said], expiresAt: minutes(9) },
    votes: [
      { who: principal, vote: "approve", at: 1, reason: said },
      { who: principal, vote: "decline", at: 2, reason: said },
    ],
    journal: { steps: [{ name: said, begunAt: 1, doneAt: 2 }], notes: {} },
  } as const;
  return view({
    artifact: artifact({
      registry: "contoso",
      repository: said,
      digest,
      kind: "image",
      platforms: Array.from({ length: 20 }, () => said),
      lostPlatforms: Array.from({ length: 20 }, () => said),
      labels: { source: said, revision: said, version: said },
      announcedTag: said,
      userAgent: said,
      connectedRegistry: said,
      mediaType: said,
      regions: Array.from({ length: 30 }, (_, index) => ({ region: `${said}${index}`, at: minutes(index) })),
      registryQuarantine: { state: shape.held ? said : "Passed", at: 1, by: said, why: said },
      scan: { findings: [{ severity: said, count: 3 }], link: `https://x.example/${said}` },
      chart: { name: said, version: said },
      tagsWhenDeleted: Array.from({ length: 50 }, () => said),
      ...(shape.deleted ? { deletedAt: minutes(1) } : {}),
    }),
    tags: [tag(said, digest), ...Array.from({ length: 40 }, (_, index) => tag(`${said}${index}`, digest))],
    namedTag: tag(said, digest),
    targets: [{ ...staging, name: said }, production, { ...cluster, name: `${said}2` }],
    previous: new Map([[said, "sha256:b"]]),
    approvals: new Map([["op-2", { given: 1, needed: 2, by: [principal] }]]),
    holds: new Map([
      [said, said],
      ["production", said],
    ]),
    placements: [
      placement(said, { digest: "sha256:b" }, { digest }),
      placement("production", { digest: said }),
    ],
    tagsByDigest: new Map([
      [digest, [said]],
      ["sha256:b", [said]],
      [said, [said]],
    ]),
    operations: [
      operation({
        digest,
        target: said,
        requestedBy: principal,
        reason: said,
        outcome: said,
        state: shape.state,
        ...more,
      }),
      operation({
        ...more,
        id: "op-2",
        target: `${said}2`,
        requestedBy: principal,
        state: "awaiting-approval",
      }),
    ],
    portalUrl: said,
  });
}

/** Everything that calls people, said by and about somebody hostile; the roles are hostile too, which they never are. */
export function besides(said: string, shown: ArtifactView): readonly Notice[] {
  const roles = [{ name: said, slack: said, teams: said }];
  const by = { platform: "teams", tenant: said, userId: said, name: said } as const;
  const { registry, repository, digest } = shown.artifact;
  const wish = { kind: "rollback", registry, repository, digest, target: said, reason: said } as const;
  const suggestion = { id: said, wish, by, at: 1, expiresAt: 2, roles: [said] };
  const count = { given: 1, needed: 2, by: [by] };
  return [
    ...shown.operations.map((one) =>
      buildApprovalCall(one, { title: said, nameOf: () => said }, count, roles),
    ),
    ...shown.operations.map((one) => buildGlassNotice(one, { title: said }, roles)),
    buildSuggestionNotice(suggestion, { title: said, nameOf: () => said }, roles, "reference"),
    buildSuggestionNotice(suggestion, { title: said }, roles, undefined),
  ];
}
