import { type Artifact, newArtifact, type TagState } from "../../src/nouns/artifact.ts";
import type { Lock, LockScope } from "../../src/nouns/lock.ts";
import type { Operation } from "../../src/nouns/operation.ts";
import type { Placement, PlacementChange } from "../../src/nouns/placement.ts";
import type { KnownPrincipal } from "../../src/nouns/principal.ts";
import type { Wish } from "../../src/nouns/request.ts";
import type { DecisionFacts } from "../../src/nouns/verdict.ts";
import type { Question, Rules } from "../../src/policy/question.ts";
import { aRoute } from "../artifacts/sightings.ts";
import { aRetagTarget } from "../support/a-target.ts";
import { aRegistry } from "../support/registry-config.ts";

export const home = "T0HOME";
export const tenant = "10000000-0000-4000-8000-000000000001";
export const digest = `sha256:${"a".repeat(64)}`;
export const otherDigest = `sha256:${"b".repeat(64)}`;
export const thirdDigest = `sha256:${"c".repeat(64)}`;

export const minuteMs = 60_000;
export const hourMs = 60 * minuteMs;
/** A Wednesday: outside of production's freeze. */
export const wednesday = Date.parse("2026-11-18T12:00:00Z");
/** Within it. */
export const saturday = Date.parse("2026-11-21T12:00:00Z");

/**
 * Two registries; `staging`, which a deployer may use; `production`, with everything that can hold a deploy; `closed`,
 * which nobody may use; a reviewer of quarantined images.
 */
export function rulesWith(overrides: Partial<Rules> = {}): Rules {
  const allow = { deploy: ["deployer"], rollback: ["operator"], lock: ["deployer"], breakGlass: [] };
  return {
    mode: "act",
    registries: {
      contoso: aRegistry({ allow: { release: ["reviewer"], reject: ["reviewer", "security"] } }),
      fabrikam: aRegistry({ name: "fabrikam" }),
    },
    targets: {
      staging: aRetagTarget({ repositories: ["shop/*", "!shop/secret"], allow }),
      production: aRetagTarget({
        name: "production",
        tag: "production",
        allow: { ...allow, lock: ["locker"], breakGlass: ["oncall"] },
        approvals: { count: 2, from: ["approver"], expiresMs: 4 * hourMs },
        after: { target: "staging", soakMs: hourMs },
        freeze: ["Fri 16:00 - Mon 08:00 Europe/Berlin"],
        rollbackOnFailure: true,
      }),
      closed: aRetagTarget({
        name: "closed",
        tag: "closed",
        repositories: [],
        allow: { deploy: [], rollback: [], lock: [], breakGlass: [] },
      }),
    },
    roles: {},
    people: [],
    freeze: [],
    routes: [aRoute()],
    ...overrides,
  };
}

export function anArtifact(overrides: Partial<Artifact> = {}): Artifact {
  const key = { registry: "contoso", repository: "shop/checkout", digest };
  return {
    ...newArtifact(key, 0),
    kind: "image",
    pushedAt: 1,
    verification: { state: "verified", at: 2 },
    ...overrides,
  };
}

export const somebody: KnownPrincipal = {
  platform: "slack",
  tenant: home,
  userId: "U1",
  name: "maya",
  membership: "member",
  readAt: 0,
};

export function aTag(overrides: Partial<TagState> = {}): TagState {
  return { tag: "1.4.2", digest, movedAt: 1, disputed: false, ...overrides };
}

/** What staging ran, oldest first: digests are deploys at 0, 1, 2 … ms. */
export function aPlacement(...history: readonly (string | PlacementChange)[]): Placement {
  return placementOn("staging", ...history);
}

/** What a target ran, oldest first: digests are deploys at 0, 1, 2 … ms. */
export function placementOn(target: string, ...history: readonly (string | PlacementChange)[]): Placement {
  return {
    target,
    registry: "contoso",
    repository: "shop/checkout",
    history: history.map((entry, at) =>
      typeof entry === "string" ? { digest: entry, at, how: "deploy" } : entry,
    ),
  };
}

export function anOperation(overrides: Partial<Operation> = {}): Operation {
  return {
    id: "o1",
    kind: "deploy",
    registry: "contoso",
    repository: "shop/checkout",
    digest,
    target: "staging",
    requestedBy: somebody,
    rule: "r",
    requestId: "q",
    state: "running",
    requestedAt: 0,
    votes: [],
    journal: { steps: [], notes: {} },
    attempts: 1,
    ...overrides,
  };
}

/** A lock of somebody else's. */
export function aLock(scope: LockScope, overrides: Partial<Lock> = {}): Lock {
  const by = { ...somebody, userId: "U9", name: "gwen" };
  return { scope, reason: "inventory", by, at: wednesday - hourMs, ...overrides };
}

type Loose<T> = { readonly [K in keyof T]?: T[K] | undefined };

export interface Change {
  readonly wish?: Loose<Wish>;
  readonly who?: Partial<KnownPrincipal>;
  readonly roles?: readonly string[];
  readonly home?: string | undefined;
  readonly facts?: Loose<DecisionFacts>;
  readonly now?: number;
  readonly halted?: boolean;
  /** Decided again before its effect. */
  readonly again?: "asked for" | "by itself";
}

/** A question that is answered with yes, changed where a test wants. */
export function aQuestion(change: Change = {}): Question {
  const placements = change.facts?.placement === undefined ? [] : [change.facts.placement];
  const facts: DecisionFacts = {
    artifact: anArtifact(),
    namedTag: aTag(),
    placement: undefined,
    placements,
    ran: ranOf(...placements),
    open: [],
    locks: [],
  };
  const wish = {
    kind: "deploy" as const,
    registry: "contoso",
    repository: "shop/checkout",
    digest,
    tag: "1.4.2",
    target: "staging",
  };
  const again = { operationId: "o1", isRollbackByItself: change.again === "by itself" };
  return {
    wish: without({ ...wish, ...change.wish }),
    who: { ...somebody, ...change.who },
    roles: change.roles ?? ["deployer", "operator", "reviewer"],
    home: "home" in change ? change.home : home,
    facts: { ...facts, ...change.facts } as DecisionFacts,
    now: change.now ?? wednesday,
    halted: change.halted ?? false,
    ...(change.again === undefined ? {} : { again }),
  };
}

/** The sound artifacts of everything that placements ran. */
export function ranOf(...placements: readonly Placement[]): readonly Artifact[] {
  return placements.flatMap(({ history }) => history.map((one) => anArtifact({ digest: one.digest })));
}

/** A deploy to production of what has run on staging for two hours, changed where a test wants. */
export function onProduction(change: Change = {}): Change {
  const soaked = aPlacement({ digest, at: wednesday - 2 * hourMs, how: "deploy" });
  return {
    ...change,
    wish: { target: "production", ...change.wish },
    facts: { placements: [soaked], ...change.facts },
  };
}

/** The same without the keys that are undefined, as JSON would have it. */
function without(wish: Loose<Wish>): Wish {
  return JSON.parse(JSON.stringify(wish)) as Wish;
}
