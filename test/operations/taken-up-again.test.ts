import { describe, expect, it } from "vitest";
import { ChatopsError } from "../../src/errors.ts";
import type { Journal, Operation } from "../../src/nouns/operation.ts";
import { type DecideAgainDeps, decideAgain } from "../../src/operations/decide-again.ts";
import { type OperateDeps, operateWork } from "../../src/operations/operate-work.ts";
import { runSteps } from "../../src/operations/run-steps.ts";
import type { OperationSteps } from "../../src/operations/steps-of.ts";
import type { Step } from "../../src/operations/target-port.ts";
import type { OperationResult, Store } from "../../src/store/store.ts";
import { configOf } from "../config/support.ts";
import { loadTargets } from "../config/target-support.ts";
import { approvedBy, awaiting, lenaSlack, mayaSlack, people, priyaSlack } from "../policy/orders.ts";
import {
  anArtifact,
  aPlacement,
  aTag,
  digest,
  home,
  hourMs,
  otherDigest,
  placementOn,
  rulesWith,
  wednesday,
} from "../policy/questions.ts";
import { aRetagTarget } from "../support/a-target.ts";
import { createManualClock } from "../support/manual-clock.ts";
import { aConfig } from "../support/registry-config.ts";
import { claimedAs, takeTurn } from "../support/take-turn.ts";

const step = (name: string, more: Partial<Step> = {}): Step => ({
  name,
  says: name,
  changes: false,
  run: async () => ({ kind: "done" }),
  ...more,
});
const clock = {
  now: () => wednesday,
  sleep: async (_ms: number, signal?: AbortSignal) =>
    await new Promise<void>((done) => signal?.addEventListener("abort", () => done())),
};
const log = { info() {}, warn() {}, error() {}, debug() {} } as never;

function deps(overrides: Partial<Record<keyof OperateDeps, unknown>> = {}, approver: object = {}) {
  const ended: OperationResult[] = [];
  const placement = placementOn("production", otherDigest);
  const facts = {
    artifact: anArtifact(),
    namedTag: aTag(),
    placement,
    placements: [placement, aPlacement({ digest, at: wednesday - 2 * hourMs, how: "deploy" })],
    ran: [],
    open: [],
    locks: [],
  };
  const store: Partial<Store> = {
    readDecisionFacts: async () => facts,
    findArtifact: async () => undefined,
    findOperation: async () => undefined,
    messagesOf: async () => [],
    readStop: async () => ({ isOwn: true, isStopWanted: false }),
    writeJournal: async () => true,
    noteDigestBefore: async () => true,
    noteProgress: async () => true,
    finishOperation: async (_id, _lease, result) => {
      ended.push(result);
      return true;
    },
  };
  const all = {
    store,
    clock,
    log,
    config: () => ({ ...aConfig([]), ...rulesWith({ people }) }),
    isHalted: async () => false,
    newId: () => "x",
    knowAfresh: async (who: { userId: string }) => ({
      who: { ...who, membership: "member", readAt: 0, ...(who.userId === lenaSlack.userId ? approver : {}) },
      roles: who.userId === mayaSlack.userId ? ["deployer"] : ["approver"],
      home,
    }),
    readerOf: () => ({ readAttributes: async () => ({}), findTagDigest: async () => digest }),
    ...overrides,
  } as unknown as OperateDeps;
  return { all, ended };
}
const work = (steps: readonly Step[], targetRevision = "r1"): OperationSteps => ({
  steps,
  targetRevision,
  timeoutMs: 60_000,
});
const approved: Operation = awaiting({
  state: "running",
  votes: approvedBy(priyaSlack, lenaSlack),
  startedAt: wednesday,
});

describe("an operation that is taken up again", () => {
  it("control: an approved operation may start", async () => {
    const { all } = deps();
    expect(
      await decideAgain(all as DecideAgainDeps, approved, work([]), new AbortController().signal),
    ).toBeUndefined();
  });
  it("what was asked for and approved more than a day ago does not start by itself", async () => {
    const { all } = deps({ clock: { ...clock, now: () => wednesday + 25 * hourMs } });
    expect(
      await decideAgain(all as DecideAgainDeps, approved, work([]), new AbortController().signal),
    ).toContain("more than a day ago");
  });

  it.each(["deactivated", "guest"])(
    "the approval of somebody who is %s by now does not count",
    async (membership) => {
      const { all } = deps({}, { membership });
      expect(
        await decideAgain(all as DecideAgainDeps, approved, work([]), new AbortController().signal),
      ).toContain("1 of 2");
    },
  );

  it("an approval still counts when a secret of the target was rotated and the configuration read again", async () => {
    const productionOf = async (key: string, host = "deploy.contoso.com") => {
      const production = `{ type: http, registry: contoso, repositories: [shop/checkout], url: "https://${host}/hook?code=${key}", secret: "${key}", allow: { deploy: [deployer] } }`;
      return configOf(await loadTargets({ production })).targets.production;
    };
    const before = await productionOf("the-key-of-last-month");
    const after = await productionOf("the-key-of-this-month");
    const elsewhere = await productionOf("the-key-of-this-month", "deploy.fabrikam.com");
    expect(after).not.toEqual(before);
    const whyNot = async (revision = "") => {
      const rules = rulesWith({ people });
      const production = { ...rules.targets.production, revision };
      const config = { ...aConfig([]), ...rules, targets: { ...rules.targets, production } };
      const plan = { targetRevision: before?.revision, digestBefore: otherDigest, digestAfter: digest };
      const { all } = deps({ config: () => config });
      const operation = { ...approved, plan } as Operation;
      return await decideAgain(
        all as DecideAgainDeps,
        operation,
        work([], revision),
        new AbortController().signal,
      );
    };
    expect(await whyNot(after?.revision)).toBeUndefined();
    expect(await whyNot(elsewhere?.revision)).toContain("is void");
  });

  it("a definite refusal of the second try does not say that the first has changed nothing", async () => {
    const journal: Journal = { steps: [{ name: "move", begunAt: 1 }], notes: {} };
    const effect = await runSteps({
      steps: [
        step("move", {
          changes: true,
          run: async () => {
            throw new ChatopsError("target-forbidden", "no right any more");
          },
        }),
      ],
      journal,
      clock: createManualClock(),
      pause: async () => {},
      deadlineAt: Number.POSITIVE_INFINITY,
      signal: new AbortController().signal,
      keeper: {
        writeJournal: async () => {},
        noteDigestBefore: async () => {},
        progress: async () => {},
        isStopWanted: async () => false,
      },
    } as never);
    expect(effect.kind === "in-doubt" || (effect.kind === "failed" && effect.changed === "unknown")).toBe(
      true,
    );
  });

  const resumed = (steps: Journal["steps"]) => ({
    ...approved,
    journal: { steps, notes: { before: otherDigest } },
  });
  const changedConfig = () => ({
    ...aConfig([]),
    ...rulesWith({
      people,
      targets: {
        ...rulesWith().targets,
        production: aRetagTarget({
          name: "production",
          tag: "elsewhere",
          revision: "r2",
          allow: { deploy: ["deployer"], rollback: [], lock: [], breakGlass: [] },
        }),
      },
    }),
  });

  it("what was begun on one configuration is not gone on with on another", async () => {
    const ran: string[] = [];
    const steps = ["read", "move"].map((name) =>
      step(name, {
        changes: name === "move",
        run: async () => {
          ran.push(name);
          return { kind: "done" };
        },
      }),
    );
    const { all, ended } = deps({ config: changedConfig, stepsOf: async () => work(steps, "r2") });
    const operation = resumed([
      { name: "read", begunAt: 1, doneAt: 2 },
      { name: "move", begunAt: 3 },
    ]);
    await takeTurn(operateWork(all), claimedAs<"operate">(operation));
    expect({ ran, states: ended.map(({ state }) => state) }).toEqual({ ran: [], states: ["in-doubt"] });
  });

  it("checks that were made on one configuration are not taken for made on another", async () => {
    const ran: string[] = [];
    const steps = ["read", "move"].map((name) =>
      step(name, {
        changes: name === "move",
        run: async () => {
          ran.push(name);
          return { kind: "done" };
        },
      }),
    );
    const { all } = deps({ config: changedConfig, stepsOf: async () => work(steps, "r2") });
    const { approvals, votes, ...plain } = resumed([{ name: "read", begunAt: 1, doneAt: 2 }]);
    await takeTurn(operateWork(all), claimedAs<"operate">({ ...plain, votes: [] }));
    expect(ran).not.toEqual(["move"]);
  });

  it("does not begin on a target that was configured anew while it was decided on: it is taken up again", async () => {
    const { all } = deps({ config: changedConfig });
    const { approvals, plan, ...plain } = approved;
    const again = (revision: string) =>
      decideAgain(
        all as DecideAgainDeps,
        { ...plain, requestedAt: wednesday, votes: [] },
        work([], revision),
        AbortSignal.any([]),
      );
    await expect(again("r1")).rejects.toMatchObject({ retryable: true });
    expect(await again("r2")).toBeUndefined();
  });

  it("what was begun and cannot be carried on is not told as unchanged", async () => {
    const { all, ended } = deps({
      stepsOf: async () => {
        throw new ChatopsError("target-unauthorized", "its credential is gone");
      },
    });
    const operation = resumed([
      { name: "read", begunAt: 1, doneAt: 2 },
      { name: "move", begunAt: 3 },
    ]);
    await takeTurn(operateWork(all), claimedAs<"operate">(operation));
    expect(ended[0]?.changed).not.toBe("no");
  });

  it("a roll back that failed is told of where it was asked for, whatever its run found there", async () => {
    const { all, ended } = deps({ stepsOf: async () => undefined });
    const plan = { targetRevision: "r1", digestBefore: otherDigest, digestAfter: digest };
    const back: Operation = { ...approved, kind: "rollback", plan };
    const { digestBefore: _nothing, ...found } = back;
    Object.assign(all.store, {
      findOperation: async () => found,
      findArtifact: async (key: object) => anArtifact(key),
      messagesOf: async (subject: string) => [{ channel: "slack:C1", subject, incarnation: 1, slot: "root" }],
    });
    await takeTurn(operateWork(all), claimedAs<"operate">(back));
    const subjects = ended[0]?.messages.map(({ subject }) => subject) ?? [];
    expect(new Set(subjects)).toEqual(new Set([`contoso/shop/checkout@${otherDigest}`]));
  });
});
