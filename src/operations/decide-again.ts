import type { Config } from "../config/config.ts";
import type { Operation } from "../nouns/operation.ts";
import type { Principal } from "../nouns/principal.ts";
import type { Wish } from "../nouns/request.ts";
import { decide } from "../policy/decide.ts";
import type { Known } from "../policy/roles.ts";
import type { RegistryReader } from "../registry/registry-port.ts";
import type { DecisionFacts, Store } from "../store/store.ts";
import type { Effect } from "./target-port.ts";

interface Deps {
  readonly store: Store;
  readonly config: () => Config;
  readonly knowAfresh: (who: Principal) => Promise<Known>;
  readonly readerOf: (registry: string) => RegistryReader | undefined;
}

/**
 * Asks `decide` once more right before the first effect, with the groups, the configuration, the tag and the
 * quarantine of now, read from where they live. Undefined: go on. A registry that cannot be asked throws.
 */
export async function decideAgain(
  deps: Deps,
  operation: Operation,
  signal: AbortSignal,
): Promise<Effect | undefined> {
  const wish = wishOf(operation);
  const stored = await deps.store.readDecisionFacts(wish);
  const reader = deps.readerOf(operation.registry);
  if (reader === undefined)
    return {
      kind: "refused",
      outcome: "I have no credentials to read this registry any more; nothing was changed",
    };
  const facts = await refreshed(reader, wish, stored, signal);
  const known = await deps.knowAfresh(operation.requestedBy);
  const decision = decide(
    { wish, who: known.who, roles: known.roles, home: known.home, facts, operationId: operation.id },
    deps.config(),
  );
  if (decision.outcome === "allowed") return undefined;
  if (decision.outcome === "observed")
    return { kind: "refused", outcome: "the mode is `observe` now; nothing was changed" };
  return { kind: "refused", outcome: `${decision.why} Nothing was changed.` };
}

/** What was asked for, as a wish: what the placement ran was settled when the operation was written. */
function wishOf(operation: Operation): Wish {
  return {
    kind: operation.kind,
    registry: operation.registry,
    repository: operation.repository,
    digest: operation.digest,
    ...(operation.tag === undefined ? {} : { tag: operation.tag }),
    ...(operation.target === undefined ? {} : { target: operation.target }),
    ...(operation.reason === undefined ? {} : { reason: operation.reason }),
  };
}

async function refreshed(
  reader: RegistryReader,
  wish: Wish,
  facts: DecisionFacts,
  signal: AbortSignal,
): Promise<DecisionFacts> {
  if (wish.kind === "release" || wish.kind === "reject") return facts;
  const { artifact } = facts;
  const attributes = await reader.readAttributes(wish.repository, wish.digest, { signal });
  const state = attributes?.quarantineState;
  const now = facts.artifact?.registryQuarantine?.at ?? 0;
  const fresh =
    artifact === undefined || state === undefined || state === ""
      ? artifact
      : { ...artifact, registryQuarantine: { state, at: now } };
  if (wish.kind !== "deploy" || wish.tag === undefined) return { ...facts, artifact: fresh };
  const digest = await reader.findTagDigest(wish.repository, wish.tag, { signal });
  const namedTag =
    digest === undefined ? undefined : { tag: wish.tag, digest, movedAt: now, disputed: false };
  return { ...facts, artifact: fresh, namedTag };
}
