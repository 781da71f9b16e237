import { describe, expect, it } from "vitest";
import { isReplaced, stateOf } from "../../../src/cards/facets/artifact-state.ts";
import { titleOf } from "../../../src/cards/facets/digest-name.ts";
import { exampleStates } from "../example-states.ts";
import { artifact, digestOf, operation, placement, tag, view } from "../example-view.ts";

describe("the state of an artifact", () => {
  const expected: Readonly<Record<string, string>> = {
    pushed: "pushed",
    unverified: "unverified",
    mismatched: "mismatched",
    "taken-back": "taken-back",
    disputed: "pushed",
    quarantined: "quarantined",
    releasing: "working",
    released: "released",
    rejected: "rejected",
    "release-failed": "quarantined",
    deploying: "working",
    live: "live",
    "live-and-replaced": "live",
    "rolled-back-from": "pushed",
    failed: "failed",
    replaced: "replaced",
    deleted: "deleted",
    "pushed-in-notify-mode": "pushed",
    "awaiting-approval": "working",
    "awaiting-while-another-runs": "working",
    "approved-and-queued": "working",
    cancelling: "working",
    cancelled: "live",
    "cancelled-and-nowhere-else": "stopped",
    declined: "stopped",
    expired: "stopped",
    "failed-and-changed": "unhealthy",
    "failed-and-going-back": "working",
    "failed-and-gone-back": "live",
    "failed-and-unchanged": "live",
    "live-on-both": "live",
  };

  it.each(Object.entries(expected))("%s is %s", (name, kind) => {
    expect(stateOf(exampleStates[name] ?? view()).kind).toBe(kind);
  });

  it("is deleted before anything else", () => {
    const gone = view({
      artifact: artifact({ deletedAt: 1 }),
      operations: [operation({ state: "running" })],
    });
    expect(stateOf(gone).kind).toBe("deleted");
  });

  it("is of what moves rather than of what waits for people", () => {
    const state = stateOf(exampleStates["awaiting-while-another-runs"] ?? view());
    expect(state.kind === "working" && state.operation.kind).toBe("redeploy");
  });

  it("is unhealthy where one target is, however well another runs it", () => {
    const state = stateOf(exampleStates["failed-and-changed"] ?? view());
    expect(state.kind === "unhealthy" && state.targets).toEqual(["production"]);
  });

  it("is replaced rather than failed, as nothing can be tried again", () => {
    const moved = { tags: [], namedTag: tag("1.4.2", digestOf("e")) };
    expect(stateOf(view({ ...moved, operations: [operation({ state: "failed" })] })).kind).toBe("replaced");
  });

  it("is revived when its tag comes back", () => {
    expect(stateOf(view({ tags: [] })).kind).toBe("replaced");
    expect(stateOf(view({ tags: [tag("1.4.2")] })).kind).toBe("pushed");
  });
});

describe("replaced", () => {
  it("does not count an environment's tag", () => {
    expect(isReplaced(view({ tags: [tag("staging")] }))).toBe(true);
    expect(isReplaced(view({ tags: [tag("staging"), tag("latest")] }))).toBe(false);
  });

  it("is not what was pushed without a tag, or is not pushed yet", () => {
    const { announcedTag: _tag, ...untagged } = artifact();
    const { pushedAt: _at, ...held } = artifact();
    expect(isReplaced(view({ artifact: untagged, tags: [] }))).toBe(false);
    expect(isReplaced(view({ artifact: held, tags: [] }))).toBe(false);
  });

  it("is what was pushed as an environment's tag only once that is gone", () => {
    const pushedAsStaging = artifact({ announcedTag: "staging" });
    expect(isReplaced(view({ artifact: pushedAsStaging, tags: [tag("staging")] }))).toBe(false);
    expect(isReplaced(view({ artifact: pushedAsStaging, tags: [] }))).toBe(true);
  });
});

describe("the title", () => {
  it("is never an environment's tag if there is another", () => {
    expect(
      titleOf(
        view({ artifact: artifact({ announcedTag: "staging" }), tags: [tag("staging"), tag("1.4.2")] }),
      ),
    ).toBe("shop/checkout:1.4.2");
  });

  it("names a digest where there is no tag, and a chart by its name and version", () => {
    expect(titleOf(exampleStates["pushed-without-tag"] ?? view())).toBe("shop/checkout@sha256:9f86d081884c");
    expect(titleOf(exampleStates.chart ?? view())).toBe("wordpress 5.4.0");
  });

  it("is live by placement, not by tag", () => {
    expect(stateOf(view({ tags: [tag("1.4.2"), tag("staging")] })).kind).toBe("pushed");
    expect(stateOf(view({ placements: [placement("staging", {})] })).kind).toBe("live");
  });
});
