import type { ArtifactKey } from "../nouns/artifact.ts";
import { isFinished } from "../nouns/operation.ts";
import type { Wish } from "../nouns/request.ts";
import type { DecisionFacts, Store } from "../store/store.ts";

/** What a decision is made of, read outside a transaction: for previews and for the check before an effect. */
export async function readFacts(store: Store, wish: Wish): Promise<DecisionFacts> {
  const key: ArtifactKey = wish;
  const placement =
    wish.target === undefined
      ? undefined
      : await store.findPlacement({
          target: wish.target,
          registry: wish.registry,
          repository: wish.repository,
        });
  const open = (await store.operationsOf(key, 20)).filter(
    (operation) => !isFinished(operation) && operation.target === wish.target,
  );
  return {
    artifact: await store.findArtifact(key),
    namedTag:
      wish.tag === undefined ? undefined : await store.findTag(wish.registry, wish.repository, wish.tag),
    placement,
    open,
  };
}
