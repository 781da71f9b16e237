import { describe, expect, it } from "vitest";
import { takeBackRules } from "../../src/artifacts/take-back-rules.ts";
import { type Artifact, newArtifact, subjectOf } from "../../src/nouns/artifact.ts";
import type { Action } from "../../src/nouns/registry-event.ts";
import { aSighting, digestA, digestB, start } from "./sightings.ts";

const key = { registry: "contoso", repository: "shop/checkout", digest: digestA };
const within = { registry: "contoso", since: start, until: start + 60_000 };
const nobody = { there: new Set<string>(), gone: new Set<string>() };
const rules = takeBackRules(within, nobody);
const anArtifact = (changes: Partial<Artifact> = {}): Artifact => ({
  ...newArtifact(key, start),
  ...changes,
});
const old = { firstSeenAt: start - 1 };

describe("an artifact is taken back", () => {
  it.each<[string, Partial<Artifact>]>([
    ["that nothing but events told of", {}],
    ["that the registry denied", { verification: { state: "unverified", asked: "denied" } }],
    ["that was denied for good", { verification: { state: "mismatched", at: start, why: "absent" } }],
    ["that only a quarantine event told of", { quarantinedAt: start }],
    ["of a chart that nobody confirmed", { kind: "legacy-chart", chart: { name: "c" } }],
    [
      "whose delete was believed of something unknown",
      { deletedAt: start, verification: { state: "verified", at: 1 } },
    ],
    [
      "that a tag made a signature",
      { announcedTag: `sha256-${"b".repeat(64)}.sig`, parent: digestB, kind: "signature" },
    ],
  ])("%s", (_, changes) => expect(rules.isTaken(anArtifact(changes))).toBe(true));

  it.each<[string, Partial<Artifact>]>([
    ["that was known before", old],
    ["that came after", { firstSeenAt: within.until + 1 }],
    ["that the registry confirmed", { verification: { state: "verified", at: start } }],
    ["that it confirmed before a delete event cast a doubt on it", { kind: "image", deletedAt: start }],
    ["that it confirmed as a signature before that", { kind: "signature", imageBytes: 7, deletedAt: start }],
    ["that the registry names as part of an index", { parent: digestB }],
    ["that was taken back already", { takenBack: { at: start } }],
  ])("but not one %s", (_, changes) => expect(rules.isTaken(anArtifact(changes))).toBe(false));

  it("but not one that the registry has when it is asked", () => {
    const answered = takeBackRules(within, { ...nobody, there: new Set([subjectOf(key)]) });
    expect(answered.isTaken(anArtifact())).toBe(false);
  });
});

describe("an event", () => {
  const arrivals: readonly Action[] = ["push", "quarantine", "chart_push"];
  const deletes: readonly Action[] = ["delete", "chart_delete"];

  it.each([...arrivals, ...deletes])("of kind %s is taken back before it is folded", (action) => {
    expect(rules.judge(aSighting({ action }), false, anArtifact(old))).toBe("take");
    expect(rules.judge(aSighting({ action }), false, undefined)).toBe("take");
  });

  it.each(arrivals)("of kind %s is kept if the registry has the digest", (action) => {
    const has = takeBackRules(within, { ...nobody, there: new Set([subjectOf(key)]) });
    expect(has.judge(aSighting({ action }), false, undefined)).toBe("keep");
  });

  it.each(deletes)("of kind %s is kept if the registry has no more what it had", (action) => {
    const answered = { there: new Set<string>(), gone: new Set([subjectOf(key)]) };
    expect(takeBackRules(within, answered).judge(aSighting({ action }), false, anArtifact(old))).toBe("keep");
    const has = { there: answered.gone, gone: answered.there };
    expect(takeBackRules(within, has).judge(aSighting({ action }), false, anArtifact(old))).toBe("take");
  });

  it("that was folded goes with its artifact, and stays with one that stays", () => {
    expect(rules.judge(aSighting(), true, anArtifact())).toBe("take");
    expect(rules.judge(aSighting(), true, undefined)).toBe("take");
    expect(rules.judge(aSighting(), true, anArtifact(old))).toBe("keep");
  });

  it.each(deletes)("of kind %s that an unconfirmed image was closed by is undone", (action) => {
    const deleted = anArtifact({ ...old, deletedAt: start, tagsWhenDeleted: ["1"] });
    expect(rules.judge(aSighting({ action }), true, deleted)).toBe("undo");
    expect(rules.undo(deleted)).toEqual({ ...anArtifact(old), verification: { state: "unverified" } });
    expect(rules.judge(aSighting({ action, after: 1 }), true, deleted)).toBe("keep");
    expect(rules.judge(aSighting({ action }), true, { ...deleted, kind: "image" })).toBe("keep");
  });

  it("that is a ping claims nothing", () => {
    expect(rules.judge(aSighting({ action: "ping" }), false, undefined)).toBe("keep");
  });
});
