import { describe, expect, it } from "vitest";
import { sharedReference } from "../../../src/cards/buttons/button-reference.ts";
import { buttonsOf } from "../../../src/cards/buttons/card-buttons.ts";
import { voteOffers } from "../../../src/cards/buttons/operation-buttons.ts";
import type { ArtifactView } from "../../../src/cards/facets/artifact-view.ts";
import { operationStates, toProduction } from "../example-operation-states.ts";
import {
  cluster,
  minutes,
  operation,
  placement,
  production,
  staging,
  thisDigest,
  view,
} from "../example-view.ts";

const state = (name: string): ArtifactView => operationStates[name] ?? view();
const labels = (shown: ArtifactView): readonly string[] => buttonsOf(shown).buttons.map(({ label }) => label);
const meaning = (shown: ArtifactView, verb: string) =>
  buttonsOf(shown).meanings.find((known) => known.verb === verb);
const styles = (shown: ArtifactView): readonly string[] =>
  buttonsOf(shown).buttons.flatMap((button) =>
    button.kind === "act" ? [`${button.verb} ${button.style}`] : [],
  );

describe("the buttons of an operation that awaits approval", () => {
  it("stand for that operation and no other", () => {
    for (const verb of ["approve", "decline"])
      expect(meaning(state("awaiting-approval"), verb)).toMatchObject({
        verb,
        operationId: "op-7",
        digest: thisDigest,
        target: "production",
      });
  });

  it("are new ones when it is asked for again", () => {
    const before = meaning(state("awaiting-approval"), "approve")?.reference ?? "";
    const again = meaning(
      view({ targets: [staging, cluster], operations: [toProduction({ id: "op-8" }), operation()] }),
      "approve",
    );
    expect(again?.operationId).toBe("op-8");
    expect(sharedReference(again?.reference ?? "")).not.toBe(sharedReference(before));
  });

  it("stay the same while votes come in", () => {
    expect(meaning(state("awaiting-one-more"), "approve")).toEqual(
      meaning(state("awaiting-approval"), "approve"),
    );
  });

  it("are the same in the call for approval as on the card", () => {
    const shown = state("awaiting-approval");
    const offers = voteOffers(shown, toProduction());
    expect(offers.map((entry) => entry.meaning)).toEqual([
      meaning(shown, "approve"),
      meaning(shown, "decline"),
    ]);
  });

  it("are one primary, and red to decline", () => {
    expect(styles(state("awaiting-approval"))).toEqual([
      "approve primary",
      "decline danger",
      "rollback default",
      "redeploy default",
      "details default",
    ]);
  });

  it("say of which target where several wait", () => {
    const two = view({
      targets: [staging, cluster],
      operations: [toProduction(), operation({ id: "op-2", state: "queued" })],
    });
    expect(labels(two).slice(0, 3)).toEqual(["Approve production", "Decline production…", "Cancel staging"]);
  });

  it("stay where the registry takes its word back: a Decline must be possible", () => {
    const shown = state("awaiting-approval");
    const doubted = {
      ...shown,
      artifact: { ...shown.artifact, verification: { state: "mismatched", at: minutes(50), why: "gone" } },
    } as const;
    expect(labels(doubted)).toEqual(["Approve", "Decline…", "Details", "Portal"]);
  });

  it("are not there in notify mode, nor where nothing comes back from", () => {
    expect(labels({ ...state("awaiting-approval"), mode: "notify" })).toEqual(["Portal"]);
    expect(labels({ ...state("awaiting-approval"), channel: "slack-webhook:default" })).toEqual(["Portal"]);
  });
});

describe("Cancel", () => {
  it("is there while it waits in line, for every target and for a review", () => {
    const queued = (target: "staging" | "production") =>
      view({ targets: [staging, cluster], operations: [operation({ target, state: "queued" })] });
    expect(meaning(queued("staging"), "cancel")?.operationId).toBe("op-1");
    expect(meaning(queued("production"), "cancel")?.operationId).toBe("op-1");
  });

  it("is there while it runs only where the target can be stopped", () => {
    const running = (targets: ArtifactView["targets"]) =>
      view({ targets, operations: [operation({ target: "production", state: "running" })] });
    expect(meaning(running([cluster]), "cancel")?.operationId).toBe("op-1");
    expect(meaning(running([production]), "cancel")).toBeUndefined();
  });

  it("is not offered twice", () => {
    expect(meaning(state("cancelling"), "cancel")).toBeUndefined();
  });
});

describe("Promote", () => {
  const history = (...changes: Parameters<typeof placement>[1][]) => [placement("staging", ...changes)];
  const strict = { ...cluster, allow: { ...cluster.allow, breakGlass: [] } };

  it("is a deploy, by the tag that the card shows", () => {
    expect(meaning(state("live-on-staging-only"), "deploy")).toMatchObject({
      target: "production",
      tag: "1.4.2",
    });
  });

  it("goes first to what comes after where it is live", () => {
    const other = { ...production, name: "eu" };
    const shown = view({ targets: [staging, other, cluster], placements: history({}) });
    expect(labels(shown).slice(0, 2)).toEqual(["Promote to production…", "Promote to eu…"]);
  });

  it("is not offered where it would have to run somewhere else first, unless the glass can be broken", () => {
    expect(labels(view({ targets: [staging, strict] }))).toEqual(["Deploy to staging…", "Details", "Portal"]);
    expect(labels(view({ targets: [staging, cluster] }))).toEqual([
      "Deploy to staging…",
      "Deploy to production…",
      "Details",
      "Portal",
    ]);
  });

  it("counts a time on the target before that has ended, but not one that never was healthy", () => {
    const later = { digest: operation().digest.replace("9f", "aa") };
    const went = view({ targets: [staging, strict], placements: history({}, later) });
    expect(labels(went)).toContain("Deploy to production…");
    const never = view({ targets: [staging, strict], placements: history({ unhealthy: true }, later) });
    expect(labels(never)).not.toContain("Deploy to production…");
  });

  it("is not urged where nothing starts now, or where it was just taken back", () => {
    expect(styles(state("locked"))[0]).toBe("deploy default");
    expect(styles(state("failed-and-gone-back"))[0]).toBe("deploy default");
  });
});

describe("a target with a mode of its own", () => {
  it("is only notified about", () => {
    expect(labels(view({ targets: [{ ...staging, mode: "notify" }] }))).toEqual(["Details", "Portal"]);
  });
});

describe("what failed", () => {
  it("is tried again by the same verb, and rolled back from where it changed its target", () => {
    const shown = state("failed-and-changed");
    expect(meaning(shown, "deploy")).toMatchObject({ target: "production", digest: thisDigest });
    expect(meaning(shown, "rollback")).toMatchObject({ target: "production", expectedCurrent: thisDigest });
  });

  it("is not rolled back where nothing was changed", () => {
    expect(meaning(state("failed-and-unchanged"), "rollback")).toMatchObject({ target: "staging" });
  });
});

describe("Log", () => {
  const logs = (link: string) =>
    buttonsOf(view({ operations: [operation({ state: "failed", link })] })).buttons.flatMap((button) =>
      button.kind === "link" && button.label === "Log" ? [button.url] : [],
    );

  it("leads to the other system's page, if that is https", () => {
    expect(logs("https://dev.azure.com/contoso/shop/_build/results?buildId=41")).toEqual([
      "https://dev.azure.com/contoso/shop/_build/results?buildId=41",
    ]);
    for (const bad of ["http://status.contoso.example/41", "javascript:alert(1)", "https://a:b@c.example/"])
      expect(logs(bad)).toEqual([]);
  });

  it("is left to the thread where all went well", () => {
    expect(labels(state("live-on-both"))).not.toContain("Log");
  });
});
