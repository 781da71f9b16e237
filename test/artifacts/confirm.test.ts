import { describe, expect, it } from "vitest";
import { confirm } from "../../src/artifacts/confirm.ts";
import { confirmTag, moveTag, referrerOfTag } from "../../src/artifacts/move-tag.ts";
import { type Artifact, newArtifact, type TagState } from "../../src/nouns/artifact.ts";
import type { Examination, VerifiedFacts } from "../../src/registry/verify.ts";
import { digestA, digestB, start } from "./sightings.ts";

const minute = 60_000;
const facts: VerifiedFacts = {
  kind: "index",
  platforms: ["linux/amd64", "linux/arm64"],
  children: [digestB],
  labels: { version: "1" },
};

function anArtifact(overrides: Partial<Artifact> = {}): Artifact {
  const key = { registry: "contoso", repository: "shop/checkout", digest: digestA };
  return { ...newArtifact(key, start), pushedAt: start, announcedTag: "1", ...overrides };
}

function confirmed(artifact: Artifact, finding: Examination, now: number, namedTag?: TagState) {
  return confirm({ artifact, tags: [], namedTag }, artifact, finding, now);
}

describe("the registry's word", () => {
  it("makes an artifact verified, with what it is, and claims its children", () => {
    const change = confirmed(anArtifact(), { outcome: "verified", facts }, start + 500);
    expect(change?.artifact).toMatchObject({
      ...{ kind: "index", platforms: facts.platforms },
      verification: { state: "verified" },
    });
    expect(change).toMatchObject({ claims: [digestB], due: { verify: null } });
  });

  it("ends a dispute either way, and touches both cards", () => {
    const disputed = { tag: "1", digest: digestB, movedAt: start, disputed: true };
    const ours = confirmed(
      anArtifact(),
      { outcome: "verified", facts, tagDigest: digestA },
      start + 500,
      disputed,
    );
    expect(ours?.tags).toMatchObject([{ digest: digestA, disputed: false, previousDigest: digestB }]);
    expect(ours?.alsoTouch).toContain(digestB);
    const theirs = confirmed(
      anArtifact(),
      { outcome: "verified", facts, tagDigest: digestB },
      start + 500,
      disputed,
    );
    expect(theirs?.tags).toMatchObject([{ digest: digestB, disputed: false }]);
  });

  it("that it has something else is a mismatch, said with why, and asked again", () => {
    const change = confirmed(anArtifact(), { outcome: "mismatched", why: "The event said 5 bytes." }, start);
    expect(change?.artifact.verification).toMatchObject({
      state: "mismatched",
      why: "The event said 5 bytes.",
    });
    expect(change?.due?.verify).toBe(start + 10 * minute);
    const claimed = anArtifact({ manifestBytes: 5 });
    const soon = confirmed(claimed, { outcome: "mismatched", why: "The event said 5 bytes." }, start);
    expect(soon?.due?.verify).toBe(start + minute);
  });

  it.each([
    ["asked again while a replica may lag", 1 * minute, "unverified", start + 1 * minute + 30_000],
    ["a mismatch after ten minutes", 11 * minute, "mismatched", null],
  ])("that it has no such digest is %s", (_what, age, state, verify) => {
    const change = confirmed(anArtifact(), { outcome: "absent", why: "none" }, start + age);
    expect(change?.artifact.verification.state).toBe(state);
    expect(change?.due?.verify).toBe(verify);
  });

  it("that it has no more what it had confirmed is believed when it is said twice: deleted without an event", () => {
    const sure = anArtifact({ verification: { state: "verified", at: start } });
    const tags = [{ tag: "1", digest: digestA, movedAt: start, disputed: false }];
    const absent: Examination = { outcome: "absent", why: "none" };
    const at = start + 60 * minute;
    const once = confirm({ artifact: sure, tags, namedTag: undefined }, sure, absent, at);
    expect(once?.artifact).toMatchObject({ missedAt: at, verification: { state: "verified" } });
    expect(once?.artifact).not.toHaveProperty("deletedAt");
    expect(once?.due?.verify).toBe(at + 30_000);
    const missed = once?.artifact ?? sure;
    expect(confirmed(missed, absent, at + 10_000)?.due?.verify).toBe(at + 30_000);
    const twice = confirm({ artifact: missed, tags, namedTag: undefined }, missed, absent, at + 30_000);
    expect(twice).toMatchObject({
      artifact: { deletedAt: at, tagsWhenDeleted: ["1"], verification: { state: "verified" } },
      removedTags: ["1"],
      due: { verify: null },
    });
    const young = { ...missed, pushedAt: at - minute };
    const early = confirmed(young, absent, at + 5 * minute);
    expect(early?.artifact).not.toHaveProperty("deletedAt");
    expect(early).toMatchObject({ due: { verify: at + 5 * minute + 30_000 }, happenings: [] });
    const there = confirmed(missed, { outcome: "verified", facts }, at + 30_000);
    expect(there?.artifact).not.toHaveProperty("missedAt");
  });

  it("that platforms of an index are gone, or back, is a fact with a line of its story", () => {
    const sure = anArtifact({ verification: { state: "verified", at: start } });
    const without = { ...facts, lostPlatforms: ["linux/arm64"] };
    const lost = confirmed(sure, { outcome: "verified", facts: without }, start + minute);
    expect(lost?.artifact.lostPlatforms).toEqual(["linux/arm64"]);
    expect(lost?.happenings).toMatchObject([{ what: "the registry has it without linux/arm64" }]);
    expect(lost?.due?.verify).toBe(start + minute + 30_000);
    const known = lost?.artifact ?? sure;
    // It would not say.
    expect(confirmed(known, { outcome: "verified", facts }, start)?.artifact.lostPlatforms).toEqual([
      "linux/arm64",
    ]);
    const back = confirmed(known, { outcome: "verified", facts: { ...facts, lostPlatforms: [] } }, start);
    expect(back?.artifact).not.toHaveProperty("lostPlatforms");
  });

  it("of what was read before keeps labels and platforms", () => {
    const { labels: _l, platforms: _p, ...again } = facts;
    const known = anArtifact({
      labels: { version: "2" },
      platforms: ["linux/arm/v7"],
      labelsUnreadSince: start,
      verification: { state: "verified", at: start },
    });
    const change = confirmed(known, { outcome: "verified", facts: again }, start + minute);
    expect(change?.artifact).toMatchObject({ labels: { version: "2" }, platforms: ["linux/arm/v7"] });
    expect(change?.due?.verify).toBe(start + 2 * minute);
  });

  it("takes back the tags that a push claimed of an image that it has not, or has without them", () => {
    const stolen = {
      tag: "latest",
      digest: digestA,
      movedAt: start,
      disputed: false,
      previousDigest: digestB,
    };
    const invented = { tag: "9", digest: digestA, movedAt: start, disputed: false };
    const known = {
      artifact: anArtifact({ announcedTag: "9" }),
      tags: [stolen, invented],
      namedTag: invented,
    };
    const absent = confirm(known, known.artifact, { outcome: "absent", why: "none" }, start + 500);
    const without = { outcome: "verified", facts: { ...facts, tags: ["1"] } } as const;
    const denied = confirm(known, known.artifact, without, start + 2 * minute);
    for (const change of [absent, denied]) {
      expect(change).toMatchObject({ removedTags: ["9"], alsoVerify: [digestB] });
      expect(change?.tags).toMatchObject([{ tag: "latest", digest: digestB }]);
    }
    expect(denied?.artifact).not.toHaveProperty("announcedTag");
    // A replica may lag.
    const soon = confirm(known, known.artifact, without, start + 500);
    expect(soon).toMatchObject({ due: { verify: start + 500 + minute }, artifact: { announcedTag: "9" } });
    expect(soon?.removedTags).toBeUndefined();
  });

  it("that it has the tag ends a dispute about a tag that nobody asked for by name", () => {
    const disputed = { tag: "latest", digest: digestA, movedAt: start, disputed: true };
    const known = { artifact: anArtifact(), tags: [disputed], namedTag: undefined };
    const finding = { outcome: "verified", facts: { ...facts, tags: ["1", "latest"] } } as const;
    expect(confirm(known, known.artifact, finding, start + 500)?.tags).toMatchObject([
      { tag: "latest", disputed: false },
    ]);
  });

  it("that a manifest is an image leaves nothing of what a chart event said", () => {
    const chart = { name: "evil", version: "1" };
    const change = confirmed(
      anArtifact({ kind: "legacy-chart", chart }),
      { outcome: "verified", facts },
      start,
    );
    expect(change?.artifact.kind).toBe("index");
    expect(change?.artifact).not.toHaveProperty("chart");
  });

  it("confirms a delete by not having it", () => {
    const gone = anArtifact({ deletedAt: start });
    const change = confirmed(gone, { outcome: "absent", why: "none" }, start + 500);
    expect(change?.artifact).toMatchObject({ deletedAt: start, verification: { state: "verified" } });
  });

  it("contradicts a delete while it still has it, and undoes it after a minute", () => {
    const gone = anArtifact({ deletedAt: start, tagsWhenDeleted: ["1"] });
    const finding: Examination = { outcome: "verified", facts, tagDigest: digestA };
    const soon = confirmed(gone, finding, start + 500);
    expect(soon?.artifact).toMatchObject({ deletedAt: start, verification: { state: "mismatched" } });
    expect(soon?.due?.verify).toBe(start + 10_500);
    const later = confirmed(gone, finding, start + 2 * minute);
    expect(later?.artifact).toMatchObject({ tagsWhenDeleted: [], verification: { state: "verified" } });
    expect(later?.artifact.deletedAt).toBeUndefined();
    expect(later?.tags).toMatchObject([{ tag: "1", digest: digestA }]);
  });

  it("without labels is a confirmation, and they are asked for ever more slowly, for a week", () => {
    const bare: VerifiedFacts = { ...facts, labels: {}, labelsUnread: "its storage could not be reached" };
    const first = confirmed(anArtifact(), { outcome: "verified", facts: bare }, start);
    expect(first?.artifact).toMatchObject({ verification: { state: "verified" }, labelsUnreadSince: start });
    expect(first?.happenings).toMatchObject([
      { what: expect.stringContaining("its storage could not be reached") },
    ]);
    const pauseAt = (now: number) =>
      confirmed(anArtifact({ labelsUnreadSince: start }), { outcome: "verified", facts: bare }, now)?.due
        ?.verify;
    expect(first?.due?.verify).toBe(start + minute);
    expect(pauseAt(start + 3 * minute)).toBe(start + 6 * minute);
    expect(pauseAt(start + 2_000 * minute)).toBe(start + 2_360 * minute);
    expect(pauseAt(start + 8 * 1_440 * minute)).toBeNull();
  });

  it("without labels keeps those of before, and with them forgets that there were none", () => {
    const bare: VerifiedFacts = { ...facts, labels: {}, labelsUnread: "no" };
    const known = anArtifact({ labels: { version: "1" } });
    const kept = confirmed(known, { outcome: "verified", facts: bare }, start);
    expect(kept?.artifact).toMatchObject({ labels: { version: "1" } });
    expect(kept?.due?.verify).toBeNull();
    const found = confirmed(anArtifact({ labelsUnreadSince: start }), { outcome: "verified", facts }, start);
    expect(found?.artifact).not.toHaveProperty("labelsUnreadSince");
    expect(found?.artifact.labels).toEqual(facts.labels);
  });

  it("about what nobody knows changes nothing", () => {
    expect(
      confirm(
        { artifact: undefined, tags: [], namedTag: undefined },
        anArtifact(),
        { outcome: "absent", why: "" },
        start,
      ),
    ).toBeUndefined();
  });
});

describe("a tag", () => {
  const known: TagState = { tag: "1", digest: digestA, movedAt: start, disputed: false };

  it.each<[string, number, Partial<TagState> | undefined]>([
    ["a newer push moves it", 5_000, { digest: digestB, disputed: false, previousDigest: digestA }],
    ["a push within the race disputes it", 4_999, { digest: digestB, disputed: true }],
    ["one that happened just before disputes it too", -4_999, { digest: digestA, disputed: true }],
    ["an older push changes nothing", -5_000, undefined],
  ])("%s", (_what, after, wanted) => {
    const moved = moveTag(known, { tag: "1", digest: digestB, at: start + after });
    if (wanted === undefined) expect(moved).toBeUndefined();
    else expect(moved).toMatchObject(wanted);
  });

  it("pushed again to where it is stays, as of then", () => {
    const claim = { tag: "1", digest: digestA, at: start + 9_000 };
    expect(moveTag(known, claim)).toEqual({ ...known, movedAt: start + 9_000 });
    expect(moveTag(known, { ...claim, at: start - 1 })).toBeUndefined();
  });

  it("is where the registry says", () => {
    expect(confirmTag(undefined, "1", digestA, start)).toMatchObject({ digest: digestA, disputed: false });
    expect(confirmTag(known, "1", digestA, start)).toBeUndefined();
    expect(confirmTag({ ...known, disputed: true }, "1", digestA, start)).toMatchObject({ disputed: false });
    expect(confirmTag(known, "1", digestB, start)).toMatchObject({
      digest: digestB,
      previousDigest: digestA,
    });
  });

  it.each([
    [".sig", "signature"],
    [".att", "attestation"],
    [".sbom", "sbom"],
    ["", "other"],
  ])("that names a digest with %j is what belongs to it: %s", (ending, kind) => {
    expect(referrerOfTag(`sha256-${"a".repeat(64)}${ending}`)).toEqual({ subject: digestA, kind });
    expect(referrerOfTag(`sha256-${"a".repeat(63)}${ending}`)).toBeUndefined();
  });
});
