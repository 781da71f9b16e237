import { describe, expect, it } from "vitest";
import type { Artifact } from "../../src/nouns/artifact.ts";
import { previousOf as previousOn } from "../../src/policy/previous.ts";
import { aKubernetesTarget } from "../support/a-target.ts";
import { anArtifact, aPlacement, digest, otherDigest, ranOf, thirdDigest } from "./questions.ts";

const placement = aPlacement(thirdDigest, otherDigest, digest);
const known = ranOf(placement);
const previousOf = (of: Parameters<typeof previousOn>[0], ran: readonly Artifact[]) =>
  previousOn(of, ran, aKubernetesTarget());
const changed = (overrides: Partial<Artifact>) =>
  known.map((one) => (one.digest === otherDigest ? { ...one, ...overrides } : one));

describe("the image to go back to", () => {
  it("is the newest before what runs", () => {
    expect(previousOf(placement, known)).toBe(otherDigest);
    expect(previousOf(placement, changed({ registryQuarantine: { state: "Passed", at: 1 } }))).toBe(
      otherDigest,
    );
  });

  it.each<[string, Partial<Artifact>]>([
    ["gone", { deletedAt: 1 }],
    ["rejected", { registryQuarantine: { state: "Failed", at: 1 } }],
    ["quarantined", { registryQuarantine: { state: "Quarantined", at: 1 } }],
    ["a Helm chart", { kind: "helm-chart" }],
    ["a signature", { kind: "signature" }],
    ["not confirmed", { verification: { state: "unverified" } }],
    ["not what the event said", { verification: { state: "mismatched", at: 1, why: "size" } }],
  ])("is the next older one, where it is %s", (_what, overrides) => {
    expect(previousOf(placement, changed(overrides))).toBe(thirdDigest);
  });

  it("is none of those of which nothing is known", () => {
    expect(previousOf(placement, [])).toBeUndefined();
    expect(previousOf(placement, [anArtifact({ digest: thirdDigest })])).toBe(thirdDigest);
    expect(previousOf(undefined, known)).toBeUndefined();
  });
});
