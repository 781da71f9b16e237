import { expect, it } from "vitest";
import { noteQuarantine } from "../../src/artifacts/note-quarantine.ts";
import { newArtifact } from "../../src/nouns/artifact.ts";
import type { ArtifactChange, ChangeArtifact } from "../../src/store/store.ts";
import { anOperation } from "../policy/questions.ts";

it.each([
  ["release", "Passed"],
  ["reject", "Failed"],
] as const)("notes a %s without offering on the card what it still works on", async (kind, state) => {
  const operation = { ...anOperation(), kind };
  const made: (ArtifactChange | undefined)[] = [];
  const changeArtifact = async (_key: unknown, _tag: unknown, change: ChangeArtifact) => {
    made.push(change({ artifact: newArtifact(operation, 1), tags: [], namedTag: undefined }));
  };
  await noteQuarantine({ changeArtifact }, operation, 7);
  expect(made).toMatchObject([{ artifact: { registryQuarantine: { state, at: 7 } }, due: { verify: 7 } }]);
  // The end of the operation touches the card, once.
  expect(made[0]).not.toHaveProperty("touchAt");
});
