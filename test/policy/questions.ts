import { type Artifact, newArtifact, type TagState } from "../../src/nouns/artifact.ts";
import type { Operation } from "../../src/nouns/operation.ts";
import type { KnownPrincipal } from "../../src/nouns/principal.ts";
import type { Wish } from "../../src/nouns/request.ts";
import type { Placement, PlacementChange } from "../../src/nouns/target.ts";
import type { Question, Rules } from "../../src/policy/decide.ts";
import type { DecisionFacts } from "../../src/store/store.ts";
import { aRegistry } from "../support/registry-config.ts";

export const home = "T0HOME";
export const digest = `sha256:${"a".repeat(64)}`;
export const otherDigest = `sha256:${"b".repeat(64)}`;

/** Two registries, one target that a deployer may use, a reviewer of quarantined images. */
export function rulesWith(overrides: Partial<Rules> = {}): Rules {
  return {
    mode: "act",
    registries: {
      contoso: aRegistry({ allow: { release: ["reviewer"], reject: ["reviewer", "security"] } }),
      fabrikam: aRegistry({ name: "fabrikam" }),
    },
    targets: {
      staging: {
        name: "staging",
        type: "retag",
        registry: "contoso",
        repositories: ["shop/*", "!shop/secret"],
        tag: "staging",
        allow: { deploy: ["deployer"], rollback: ["operator"] },
      },
      closed: {
        name: "closed",
        type: "retag",
        registry: "contoso",
        repositories: [],
        tag: "closed",
        allow: { deploy: [], rollback: [] },
      },
    },
    roles: {},
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

/** A placement that ran these digests, oldest first. */
export function aPlacement(...history: readonly (string | PlacementChange)[]): Placement {
  return {
    target: "staging",
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
    attempts: 1,
    ...overrides,
  };
}

type Loose<T> = { readonly [K in keyof T]?: T[K] | undefined };

export interface Change {
  readonly wish?: Loose<Wish>;
  readonly who?: Partial<KnownPrincipal>;
  readonly roles?: readonly string[];
  readonly home?: string | undefined;
  readonly facts?: Loose<DecisionFacts>;
  readonly operationId?: string;
}

/** A question that is answered with yes, changed where a test wants. */
export function aQuestion(change: Change = {}): Question {
  const { operationId } = change;
  const facts: DecisionFacts = {
    artifact: anArtifact(),
    namedTag: aTag(),
    placement: undefined,
    open: [],
  };
  const wish = {
    kind: "deploy" as const,
    registry: "contoso",
    repository: "shop/checkout",
    digest,
    tag: "1.4.2",
    target: "staging",
  };
  return {
    wish: without({ ...wish, ...change.wish }),
    who: { ...somebody, ...change.who },
    roles: change.roles ?? ["deployer", "operator", "reviewer"],
    home: "home" in change ? change.home : home,
    facts: { ...facts, ...change.facts } as DecisionFacts,
    ...(operationId === undefined ? {} : { operationId }),
  };
}

/** The same without the keys that are undefined, as JSON would have it. */
function without(wish: Loose<Wish>): Wish {
  return JSON.parse(JSON.stringify(wish)) as Wish;
}
