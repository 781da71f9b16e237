import { describe, expect, it } from "vitest";
import { factDebounceMs, fold, graceMs } from "../../src/artifacts/fold.ts";
import { newArtifact, quarantineOf } from "../../src/nouns/artifact.ts";
import { aRoute, aSighting, digestA, digestB, foldAll, settings, start } from "./sightings.ts";

const now = start + 100;
const nothing = { artifact: undefined, tags: [], namedTag: undefined };

describe("a push", () => {
  it("makes the artifact known, moves the tag, wants a card and asks the registry", () => {
    const change = fold(
      aSighting({ tag: "1.4.2", mediaType: "m", manifestBytes: 7 }),
      nothing,
      settings,
      now,
    );
    expect(change).toMatchObject({
      artifact: { digest: digestA, incarnation: 1, announcedTag: "1.4.2", pushedAt: start, manifestBytes: 7 },
      tags: [{ tag: "1.4.2", digest: digestA, movedAt: start, disputed: false }],
      messages: [{ channel: "slack:C0RELEASES", slot: "root", incarnation: 1, dueAt: now + graceMs }],
      due: { verify: now },
    });
    expect(change?.artifact.verification).toEqual({ state: "unverified" });
  });

  it("of what was taken back begins anew, with a card of its own", () => {
    const key = { registry: "contoso", repository: "shop/checkout", digest: digestA };
    const artifact = { ...newArtifact(key, start - 5_000), takenBack: { at: start - 1_000, tag: "9" } };
    const change = fold(aSighting({ tag: "1.4.2" }), { ...nothing, artifact }, settings, now);
    expect(change).toMatchObject({
      artifact: { incarnation: 2, firstSeenAt: now, announcedTag: "1.4.2" },
      messages: [{ slot: "root", incarnation: 2 }],
    });
    expect(change?.artifact.takenBack).toBeUndefined();
  });

  it("without a tag waits to be claimed, and is then announced only where a route asks for it", () => {
    expect(fold(aSighting(), nothing, settings, now)?.messages).toEqual([]);
    const asking = { ...settings, routes: [aRoute({ untagged: true })] };
    expect(fold(aSighting(), nothing, asking, now)?.messages).toMatchObject([{ dueAt: now + 10_000 }]);
  });

  it("of a tag that another digest had names that one as replaced, and touches its card", () => {
    const { changes } = foldAll([
      aSighting({ id: "e1", tag: "1" }),
      aSighting({ id: "e2", tag: "1", digest: digestB, after: 60_000 }),
    ]);
    expect(changes[1]?.artifact.replacedDigest).toBe(digestA);
    expect(changes[1]?.alsoTouch).toEqual([digestA]);
  });

  it("that only disputes a tag touches the card that the tag is on", () => {
    const { changes } = foldAll([
      aSighting({ id: "e2", tag: "1", after: 2_000 }),
      aSighting({ id: "e1", tag: "1", digest: digestB }),
    ]);
    expect(changes[1]?.tags).toMatchObject([{ digest: digestA, disputed: true }]);
    expect(changes[1]?.alsoTouch).toContain(digestA);
    expect(changes[1]?.artifact.replacedDigest).toBeUndefined();
  });

  it("of an environment tag makes no card, renames none, and has the registry asked", () => {
    const { changes } = foldAll([
      aSighting({ id: "e1", tag: "1.0", userAgent: "docker" }),
      aSighting({ id: "e2", tag: "staging", after: 60_000, userAgent: "acr-chatops" }),
    ]);
    expect(changes[1]?.messages).toEqual([]);
    expect(changes[1]?.artifact).toMatchObject({ announcedTag: "1.0", userAgent: "docker" });
    expect(changes[1]?.due?.verify).toBeDefined();
  });

  it("under a signature's tag belongs to the image that it names", () => {
    const change = fold(aSighting({ tag: `sha256-${"b".repeat(64)}.sig` }), nothing, settings, now);
    expect(change?.artifact).toMatchObject({ parent: digestB, kind: "signature" });
    expect(change?.messages).toEqual([]);
    expect(change?.alsoTouch).toContain(digestB);
  });

  it("seen from one more region changes that line alone, later", () => {
    const { changes } = foldAll([aSighting({ tag: "1" }), aSighting({ tag: "1" }, { region: "eastus" })]);
    expect(changes[1]?.artifact.regions.map(({ region }) => region)).toEqual(["westeurope", "eastus"]);
    expect(changes[1]?.touchAt).toBe(start + 100 + factDebounceMs);
  });

  it("after a delete begins a new life with a card of its own", () => {
    const { changes } = foldAll(
      [
        aSighting({ id: "e1", tag: "1" }),
        aSighting({ id: "e2", action: "delete", after: 10_000 }),
        aSighting({ id: "e3", tag: "1", after: 20_000 }),
      ],
      { ...settings, registryReadable: false },
    );
    const again = changes[2];
    expect(again?.artifact).toMatchObject({ incarnation: 2, verification: { state: "unverified" } });
    expect(again?.artifact.deletedAt).toBeUndefined();
    expect(again?.messages).toMatchObject([{ incarnation: 2 }]);
  });

  it("after a delete that the registry has not confirmed goes on with the card it has", () => {
    const { changes } = foldAll([
      aSighting({ id: "e1", tag: "1" }),
      aSighting({ id: "e2", action: "delete", after: 10_000 }),
      aSighting({ id: "e3", tag: "1", after: 20_000 }),
    ]);
    expect(changes[2]?.artifact).toMatchObject({ incarnation: 1, verification: { state: "unverified" } });
    expect(changes[2]?.artifact.deletedAt).toBeUndefined();
  });

  it("disputing another's tag has the registry asked about both", () => {
    const { changes } = foldAll([
      aSighting({ id: "e1", tag: "1" }),
      aSighting({ id: "e2", tag: "1", digest: digestB, after: -1_000 }),
    ]);
    expect(changes[1]).toMatchObject({ alsoVerify: [digestA], due: { verify: expect.any(Number) } });
  });
});

describe("a chart event", () => {
  const chart = { name: "evil", version: "1.0.0" };

  it.each(["chart_push", "chart_delete"] as const)(
    "%s with the digest of an image changes nothing of it, before or after the registry has confirmed it",
    (action) => {
      const forged = aSighting({
        id: "e2",
        action,
        chart,
        tag: "evil-1.0.0.tgz",
        mediaType: "x",
        after: 10_000,
      });
      for (const first of ["push", "quarantine", "delete"] as const) {
        const pushed = foldAll([aSighting({ id: "e1", action: first, tag: "1" })]);
        const both = foldAll([aSighting({ id: "e1", action: first, tag: "1" }), forged]);
        expect(both.artifacts).toEqual(pushed.artifacts);
        expect(both.tags).toEqual(pushed.tags);
        expect(both.changes[1]?.messages).toBeUndefined();
        expect(both.changes[1]?.happenings?.at(-1)?.what).toContain("no Helm chart");
      }
    },
  );

  it("that came before the image's push leaves nothing of the chart on it", () => {
    const { artifacts } = foldAll([
      aSighting({ id: "e1", action: "chart_push", chart }),
      aSighting({ id: "e2", tag: "1", after: 1_000 }),
    ]);
    expect(artifacts.get(digestA)).toMatchObject({ kind: "unknown", announcedTag: "1" });
    expect(artifacts.get(digestA)).not.toHaveProperty("chart");
  });

  it.each([true, false])("is asked about like any other, readable registry: %s", (registryReadable) => {
    const push = aSighting({ id: "e1", action: "chart_push", chart });
    const remove = aSighting({ id: "e2", action: "chart_delete", chart, after: 1_000 });
    const { changes, artifacts } = foldAll([push, remove], { ...settings, registryReadable });
    for (const change of changes) expect(change.due?.verify).toEqual(expect.any(Number));
    expect(artifacts.get(digestA)).toMatchObject({ kind: "legacy-chart", chart, deletedAt: start + 1_000 });
  });
});

describe("a delete", () => {
  it("keeps the tags that the digest had, and takes them away", () => {
    const { artifacts, tags } = foldAll(
      [
        aSighting({ id: "e1", tag: "1" }),
        aSighting({ id: "e2", tag: "latest", after: 1_000 }),
        aSighting({ id: "e3", action: "delete", after: 60_000 }),
      ],
      { ...settings, registryReadable: false },
    );
    expect(artifacts.get(digestA)).toMatchObject({
      deletedAt: start + 60_000,
      tagsWhenDeleted: ["1", "latest"],
    });
    expect(tags.size).toBe(0);
  });

  it("takes no tag away before the registry has confirmed it, where it can be asked", () => {
    const { artifacts, tags } = foldAll([
      aSighting({ id: "e1", tag: "1" }),
      aSighting({ id: "e2", action: "delete", after: 60_000 }),
    ]);
    expect(artifacts.get(digestA)?.tagsWhenDeleted).toEqual(["1"]);
    expect(tags.get("1")?.digest).toBe(digestA);
  });

  it("that arrives late, after the image was pushed again, changes nothing", () => {
    const { artifacts, tags } = foldAll([
      aSighting({ id: "e3", tag: "1", after: 60_000 }),
      aSighting({ id: "e2", action: "delete", after: 30_000 }),
    ]);
    expect(artifacts.get(digestA)?.deletedAt).toBeUndefined();
    expect(tags.get("1")?.digest).toBe(digestA);
  });

  it("before its push arrives stays a delete", () => {
    const { artifacts, tags, changes } = foldAll([
      aSighting({ id: "e2", action: "delete", after: 30_000 }),
      aSighting({ id: "e1", tag: "1" }),
    ]);
    expect(artifacts.get(digestA)).toMatchObject({ deletedAt: start + 30_000, incarnation: 1 });
    expect(tags.size).toBe(0);
    expect(changes[1]?.messages).toEqual([]);
  });
});

describe("quarantine", () => {
  it("alone holds the image and moves no tag", () => {
    const { artifacts, tags } = foldAll([aSighting({ action: "quarantine", tag: "1" })]);
    const artifact = artifacts.get(digestA);
    expect(artifact && quarantineOf(artifact)).toBe("held");
    expect(tags.size).toBe(0);
  });

  it.each([
    ["before", 0, 50],
    ["after", 50, 0],
  ])("with a push %s it is none", (_when, pushAt, quarantineAt) => {
    const { artifacts } = foldAll([
      aSighting({ id: "p", tag: "1", after: pushAt }),
      aSighting({ id: "q", action: "quarantine", tag: "1", after: quarantineAt }),
    ]);
    const artifact = artifacts.get(digestA);
    expect(artifact && quarantineOf(artifact)).toBe("none");
  });
});

it("tells the story of each arrival and of each route, for `why`", () => {
  const routes = [aRoute({ name: "mine", tags: ["v*"] }), aRoute({ name: "all" })];
  const change = fold(aSighting({ tag: "1.4.2" }), nothing, { ...settings, routes }, now);
  expect(change?.happenings).toMatchObject([
    {
      step: "receive",
      what: expect.stringContaining("push of tag 1.4.2 from westeurope by webhook, event e1"),
    },
    { step: "route", what: "mine: no tag matches" },
    { step: "route", channel: "slack:C0RELEASES", what: "all: goes to slack:C0RELEASES" },
  ]);
});

it("a ping changes nothing that is known", () => {
  expect(fold(aSighting({ action: "ping" }), nothing, settings, now)).toBeUndefined();
});
