import { describe, expect, it } from "vitest";
import type { Journal } from "../../../src/nouns/operation.ts";
import { run } from "../../contract/target-contract.ts";
import { jobOf, leastRights, newImage, oldImage, onStage, operationId, token } from "./kubernetes-stage.ts";

const never = new AbortController().signal;
const mark = "operation.acr-chatops.io/app";
const stuck = {
  users: [{ token, name: "bot", rules: leastRights }],
  canPull: (image: string) => image !== newImage,
};

describe("a deploy to Kubernetes that is stopped", () => {
  it("puts back the image that was there before", () =>
    onStage({ world: stuck }, async (stage) => {
      const { effect } = await run(stage, jobOf(), { stopAfterWaits: 3 });
      expect(effect).toMatchObject({
        kind: "cancelled",
        changed: "yes",
        outcome: expect.stringContaining(`put back to ${oldImage}`),
      });
      expect(stage.imageNow()).toBe(oldImage);
      expect(stage.workload().annotations[mark]).toBe(`${operationId}.undone`);
      for (let step = 0; step < 10; step += 1) stage.advance();
      expect(stage.workload()).toMatchObject({ isSettled: true });
    }));

  it("is put back once, however often the stop is repeated", () =>
    onStage({ world: stuck }, async (stage) => {
      const begun = await run(stage, jobOf(), { crashAt: 6 });
      stage.world.fault({ match: "PATCH /", status: 0, mode: "after" });
      const stop = () => stage.port.cancel?.(jobOf(), begun.journal.notes, never);
      await expect(stop()).rejects.toMatchObject({ retryable: true });
      expect(await stop()).toMatchObject({ kind: "cancelled", changed: "yes" });
      expect(await stop()).toMatchObject({ kind: "cancelled", changed: "yes" });
      expect(stage.world.changes().map(({ images }) => images.app)).toEqual([newImage, oldImage]);
    }));

  it("goes on if the rollout is complete", () =>
    onStage({}, async (stage) => {
      const { journal } = await run(stage, jobOf());
      expect(await stage.port.cancel?.(jobOf(), journal.notes, never)).toEqual({
        kind: "too-late",
        why: "the rollout is complete",
      });
      expect(stage.imageNow()).toBe(newImage);
    }));

  it("leaves alone what somebody else changed since", () =>
    onStage({ world: stuck }, async (stage) => {
      const { journal } = await run(stage, jobOf(), { crashAt: 6 });
      const theirs = "contoso.azurecr.io/shop/checkout:hotfix";
      stage.world.setImage(stage.place, "app", theirs);
      expect(await stage.port.cancel?.(jobOf(), journal.notes, never)).toMatchObject({
        kind: "cancelled",
        changed: "yes",
        outcome: expect.stringMatching(/left alone/),
      });
      expect(stage.imageNow()).toBe(theirs);
    }));

  it("lets a patch that is still on its way come too late", () =>
    onStage({}, async (stage) => {
      let sent: Journal["notes"] = {};
      stage.world.fault({ match: "PATCH /", status: 503 });
      const keep = { journal: { steps: [], notes: {} } as Journal };
      await expect(run(stage, jobOf(), { keep })).rejects.toMatchObject({ retryable: true });
      sent = keep.journal.notes;
      const stop = () => stage.port.cancel?.(jobOf(), sent, never);
      const stopped = {
        kind: "cancelled",
        changed: "no",
        outcome: "it was stopped before anything was changed",
      };
      expect(await stop()).toEqual(stopped);
      expect(await stop()).toEqual(stopped);
      const late = {
        metadata: { resourceVersion: sent.patchedFrom, annotations: { [mark]: operationId } },
        spec: { template: { spec: { containers: [{ name: "app", image: newImage }] } } },
      };
      expect(() => stage.world.patch(stage.place, late)).toThrow(/the object has been modified/);
      expect(stage.world.changes()).toEqual([]);
      expect(stage.imageNow()).toBe(oldImage);
    }));

  it("says of a CronJob that there is nothing to stop", () =>
    onStage({ kind: "cronjob" }, async (stage) => {
      const { journal } = await run(stage, jobOf());
      expect(await stage.port.cancel?.(jobOf(), journal.notes, never)).toMatchObject({ kind: "too-late" });
    }));
});
