import type { ArtifactView } from "../../src/cards/facets/artifact-view.ts";
import type { Operation } from "../../src/nouns/operation.ts";
import type { PlacementChange } from "../../src/nouns/placement.ts";
import {
  beforeDigest,
  cluster,
  maya,
  minutes,
  operation,
  placement,
  priya,
  staging,
  sven,
  thisDigest,
  view,
} from "./example-view.ts";

const ranBefore = { digest: beforeDigest, at: minutes(-3000) };
const log = "https://status.contoso.example/runs/41";
const holdUntilMonday =
  "production is in a freeze (Fri 16:00 - Mon 08:00 Europe/Berlin) until 2026-11-09 07:00 UTC.";

const byPriya = { who: priya, vote: "approve", at: minutes(42) } as const;
const bySven = { who: sven, vote: "approve", at: minutes(44) } as const;

/** A deploy to production that was asked for at 12:40 and needs two approvals. */
export function toProduction(changes: Partial<Operation> = {}): Operation {
  const { finishedAt: _finishedAt, startedAt: _startedAt, ...open } = operation();
  return {
    ...open,
    id: "op-7",
    target: "production",
    rule: "targets.production.allow.deploy: deployer",
    reason: "VAT rounding fix, see SHOP-4127",
    requestedAt: minutes(40),
    plan: { targetRevision: "r1", digestBefore: beforeDigest, digestAfter: thisDigest },
    digestBefore: beforeDigest,
    approvals: { count: 2, from: ["release-manager"], expiresAt: minutes(40 + 240) },
    state: "awaiting-approval",
    ...changes,
  };
}

const approved = { votes: [byPriya, bySven] };
const started = { ...approved, startedAt: minutes(45) };
const ended = { ...started, finishedAt: minutes(47), link: log };

/** Live on staging, with one operation on production; `now` is what came to production after 1.4.1. */
function production(
  newest: Operation | readonly Operation[],
  changes: Partial<ArtifactView> = {},
  ...now: readonly Partial<PlacementChange>[]
): ArtifactView {
  return view({
    targets: [staging, cluster],
    placements: [placement("staging", ranBefore, {}), placement("production", ranBefore, ...now)],
    previous: new Map([["staging", beforeDigest]]),
    operations: [...[newest].flat(), operation()],
    ...changes,
  });
}

const failedAfterChange = toProduction({
  ...ended,
  state: "failed",
  changed: "yes",
  outcome: "the rollout did not become healthy in 10 min: ImagePullBackOff: pull access denied",
});
const unhealthy = { at: minutes(47), unhealthy: true } as const;
const backAgain = operation({
  id: "op-8",
  kind: "rollback",
  target: "production",
  digest: beforeDigest,
  digestBefore: thisDigest,
  rollbackOf: "op-7",
  rule: "targets.production.rollbackOnFailure",
  requestedAt: minutes(47),
  startedAt: minutes(47),
  finishedAt: minutes(48),
});

/** One view for every state that an operation gives to a card. */
export const operationStates: Readonly<Record<string, ArtifactView>> = {
  "live-on-staging-only": production([]),
  "awaiting-approval": production(toProduction()),
  "awaiting-one-more": production(toProduction({ votes: [byPriya] }), {
    approvals: new Map([["op-7", { given: 1, needed: 2, by: [priya] }]]),
  }),
  "awaiting-while-another-runs": production([
    operation({ id: "op-9", kind: "redeploy", state: "running", requestedAt: minutes(41) }),
    toProduction(),
  ]),
  "approved-and-queued": production(toProduction({ ...approved, state: "queued" })),
  "rolling-out": production(
    toProduction({ ...started, state: "running", progress: "2 of 3 pods are updated", link: log }),
  ),
  "rolling-out-as-suggested": production(
    toProduction({
      ...started,
      state: "running",
      suggestedBy: { ...sven, userId: "U0TOMAS001", name: "Tomás" },
    }),
  ),
  cancelling: production(
    toProduction({ ...started, state: "cancelling", cancelledBy: maya, progress: "puts 1.4.1 back" }),
  ),
  cancelled: production(
    toProduction({
      ...ended,
      state: "cancelled",
      cancelledBy: maya,
      changed: "no",
      outcome: "it was stopped before anything was changed",
    }),
  ),
  "cancelled-and-nowhere-else": view({
    operations: [
      neverStarted({ state: "cancelled", cancelledBy: maya, outcome: "cancelled by Maya Lindqvist" }),
    ],
  }),
  declined: view({
    targets: [cluster],
    operations: [
      toProduction({
        state: "cancelled",
        votes: [byPriya, { who: sven, vote: "decline", at: minutes(44), reason: "Not before the sale ends" }],
        finishedAt: minutes(44),
        outcome: "declined by Sven Aalto: Not before the sale ends",
      }),
    ],
  }),
  "declined-while-on-staging": production(
    toProduction({
      state: "cancelled",
      votes: [{ who: sven, vote: "decline", at: minutes(44) }],
      finishedAt: minutes(44),
      outcome: "declined by Sven Aalto",
    }),
  ),
  expired: view({
    targets: [cluster],
    operations: [
      toProduction({
        state: "expired",
        votes: [byPriya],
        finishedAt: minutes(280),
        changed: "no",
        outcome: "nobody's approval came in time: 1 of 2",
      }),
    ],
  }),
  "failed-and-changed": production(
    failedAfterChange,
    { previous: new Map([["production", beforeDigest]]) },
    unhealthy,
  ),
  "failed-and-going-back": production(
    [
      (({ finishedAt: _at, ...rest }) => ({ ...rest, state: "running" as const }))(backAgain),
      failedAfterChange,
    ],
    {},
    unhealthy,
  ),
  "failed-and-gone-back": production([backAgain, failedAfterChange], {}, unhealthy, {
    digest: beforeDigest,
    how: "rollback",
    at: minutes(48),
  }),
  "failed-and-unchanged": production(
    toProduction({
      ...ended,
      state: "failed",
      changed: "no",
      outcome: "the role is missing: patch on deployments in the namespace shop",
    }),
  ),
  "production-in-doubt": production(
    toProduction({
      ...ended,
      state: "in-doubt",
      changed: "unknown",
      outcome: "the answer to the patch was lost",
    }),
  ),
  locked: production([], {
    holds: new Map([
      ["production", "production is locked by Sven Aalto until 2026-11-09 18:00 UTC: the sale runs"],
    ]),
  }),
  "in-a-freeze": production(toProduction({ ...approved, state: "queued" }), {
    holds: new Map([
      ["production", holdUntilMonday],
      ["staging", holdUntilMonday],
    ]),
  }),
  "live-on-both": production(
    toProduction({ ...ended, state: "succeeded" }),
    {
      previous: new Map([
        ["staging", beforeDigest],
        ["production", beforeDigest],
      ]),
    },
    { at: minutes(47) },
  ),
  "glass-broken": production(
    glass({ startedAt: minutes(41), state: "running", progress: "0 of 3 pods are updated" }),
  ),
  "glass-was-broken": production(
    glass({ startedAt: minutes(41), finishedAt: minutes(43), state: "succeeded" }),
    { previous: new Map([["production", beforeDigest]]) },
    { at: minutes(43) },
  ),
  "rollback-awaits-approval": production(
    toProduction({
      id: "op-10",
      kind: "rollback",
      digest: beforeDigest,
      digestBefore: thisDigest,
      requestedAt: minutes(60),
    }),
    { previous: new Map([["production", beforeDigest]]) },
    { at: minutes(47) },
  ),
};

function glass(changes: Partial<Operation>): Operation {
  const { approvals: _approvals, ...without } = toProduction(changes);
  return { ...without, reason: "Checkout is down for everybody", breakGlassUntil: minutes(100) };
}

function neverStarted(changes: Partial<Operation>): Operation {
  const { startedAt: _startedAt, ...rest } = operation(changes);
  return rest;
}
