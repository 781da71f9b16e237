import type { Operation } from "../nouns/operation.ts";
import type { Store } from "../store/store.ts";

/**
 * What the registry was told is known at once; its own `push` event and the next verification say the same later. The
 * card is left alone: the operation's end touches it, and until then it would offer what the operation still works on.
 */
export async function noteQuarantine(
  store: Pick<Store, "changeArtifact">,
  operation: Operation,
  at: number,
): Promise<void> {
  const state = operation.kind === "release" ? "Passed" : "Failed";
  await store.changeArtifact(operation, undefined, ({ artifact }) =>
    artifact === undefined
      ? undefined
      : {
          artifact: { ...artifact, registryQuarantine: { state, at } },
          due: { verify: at },
        },
  );
}
