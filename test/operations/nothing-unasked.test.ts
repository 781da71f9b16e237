import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { pino } from "pino";
import { describe, expect, it } from "vitest";
import type { Config } from "../../src/config/config.ts";
import { newArtifact } from "../../src/nouns/artifact.ts";
import type { Journal, Operation } from "../../src/nouns/operation.ts";
import type { KnownPrincipal } from "../../src/nouns/principal.ts";
import type { Order } from "../../src/nouns/request.ts";
import type { Target } from "../../src/nouns/target.ts";
import { type OperateDeps, operateWork } from "../../src/operations/operate-work.ts";
import type { Observed, Step } from "../../src/operations/target-port.ts";
import type { Known } from "../../src/policy/roles.ts";
import { createVerdicts } from "../../src/policy/verdicts.ts";
import type { RegistryReader } from "../../src/registry/registry-port.ts";
import { openStore } from "../../src/store/open-store.ts";
import type { Store } from "../../src/store/store.ts";
import { LeaseLost } from "../../src/work/turn.ts";
import { claimOperation } from "../contract/claim-work.ts";
import { aRetagTarget } from "../support/a-target.ts";
import { aConfig, aRegistry } from "../support/registry-config.ts";
import { takeTurn } from "../support/take-turn.ts";

const key = { registry: "contoso", repository: "shop/checkout" };
const digests = ["a", "b", "c"].map((letter) => `sha256:${letter.repeat(64)}`);
const home = "T0HOME";
const leaseMs = 60_000;

/** Maya may deploy, and has the approvers' role by her other account too; Lena and Omar approve; Tom may nothing. */
const cast: Readonly<Record<string, { who: KnownPrincipal; roles: readonly string[]; human: string }>> = {
  maya: { ...person("slack", "U0MAYA"), roles: ["deployer", "release-manager"], human: "maya" },
  mayaInTeams: { ...person("teams", "0000-maya"), roles: ["deployer", "release-manager"], human: "maya" },
  lena: { ...person("slack", "U0LENA"), roles: ["release-manager"], human: "lena" },
  omar: { ...person("slack", "U0OMAR"), roles: ["release-manager"], human: "omar" },
  tom: { ...person("slack", "U0TOM"), roles: [], human: "tom" },
};
const people = [{ name: "Maya", slack: "U0MAYA", teams: "0000-maya" }];

function person(platform: "slack" | "teams", userId: string) {
  const who: KnownPrincipal = {
    platform,
    tenant: home,
    userId,
    name: userId,
    membership: "member",
    readAt: 0,
  };
  return { who };
}

const targetWith = (overrides: Partial<Target>, revision: string): Target =>
  ({ ...aRetagTarget({ name: "production", tag: "production", revision }), ...overrides }) as Target;

/** What the operator may change the configuration to. */
const configs: readonly Target[] = [
  targetWith({ approvals: { count: 2, from: ["release-manager"], expiresMs: 3_600_000 } }, "two"),
  targetWith({ approvals: { count: 1, from: ["release-manager"], expiresMs: 3_600_000 } }, "one"),
  targetWith({}, "none"),
  targetWith({ allow: { deploy: [], rollback: [], lock: [], breakGlass: [] } }, "nobody"),
];

type Action =
  | { readonly do: "ask"; readonly by: string; readonly digest: number; readonly tagged: boolean }
  | {
      readonly do: "vote";
      readonly by: string;
      readonly operation: number;
      readonly vote: "approve" | "decline";
    }
  | { readonly do: "all-approve" }
  | { readonly do: "cancel"; readonly by: string; readonly operation: number }
  | { readonly do: "retag"; readonly digest: number }
  | { readonly do: "reject"; readonly digest: number }
  | { readonly do: "configure"; readonly config: number }
  | { readonly do: "outside"; readonly digest: number }
  | { readonly do: "lock"; readonly by: string; readonly on: boolean }
  | { readonly do: "run"; readonly crashAt: readonly number[] }
  | { readonly do: "pass"; readonly ms: number };

const who = fc.constantFrom(...Object.keys(cast));
const voter = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom("lena", "omar") },
  { weight: 1, arbitrary: who },
);
const asker = fc.oneof({ weight: 3, arbitrary: fc.constant("maya") }, { weight: 1, arbitrary: who });
const digest = fc.nat({ max: digests.length - 1 });
// Counted from the newest.
const operation = fc.constantFrom(0, 0, 0, 1, 2);
const actions: fc.Arbitrary<Action> = fc.oneof(
  {
    weight: 10,
    arbitrary: fc.record({ do: fc.constant("ask" as const), by: asker, digest, tagged: fc.boolean() }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constant("vote" as const),
      by: voter,
      operation,
      vote: fc.oneof(
        { weight: 6, arbitrary: fc.constant("approve" as const) },
        { weight: 1, arbitrary: fc.constant("decline" as const) },
      ),
    }),
  },
  { weight: 5, arbitrary: fc.record({ do: fc.constant("all-approve" as const) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("cancel" as const), by: who, operation }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("retag" as const), digest }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("reject" as const), digest }) },
  {
    weight: 1,
    arbitrary: fc.record({
      do: fc.constant("configure" as const),
      config: fc.constantFrom(0, 0, 1, 1, 2, 3),
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("outside" as const), digest }) },
  {
    weight: 1,
    arbitrary: fc.record({
      do: fc.constant("lock" as const),
      by: asker,
      on: fc.constantFrom(true, false, false),
    }),
  },
  {
    weight: 6,
    arbitrary: fc.record({
      do: fc.constant("run" as const),
      // Each entry is a replica that takes an operation up, and the write of its journal after which it dies.
      crashAt: fc.array(fc.oneof(fc.constant(99), fc.integer({ min: 1, max: 7 })), {
        minLength: 1,
        maxLength: 2,
      }),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant("pass" as const),
      ms: fc.oneof(
        { weight: 6, arbitrary: fc.constantFrom(1_000, leaseMs + 1) },
        { weight: 1, arbitrary: fc.constant(4_000_000) },
      ),
    }),
  },
);

describe("over random orders of clicks, crashes, retags, changes of the configuration and two replicas", () => {
  it("nothing is deployed that was not asked for and allowed, and nothing twice", async () => {
    let deployed = 0;
    await fc.assert(
      fc.asyncProperty(fc.array(actions, { minLength: 40, maxLength: 80 }), async (story) => {
        const model = await openModel();
        try {
          for (const action of story) await model.act(action);
          model.check();
          deployed += model.effects.length;
        } finally {
          await model.close();
        }
      }),
      { numRuns: 30 },
    );
    // The stories must really deploy: one in which nothing ever happens shows nothing.
    expect(deployed).toBeGreaterThan(5);
  });
});

interface Effect {
  readonly operation: string;
  readonly digest: string;
}

async function openModel() {
  let now = 1_000_000;
  let ids = 0;
  let target = configs[0] as Target;
  let tagAt = digests[0] as string;
  let running: string | undefined;
  const rejected = new Set<string>();
  const effects: Effect[] = [];
  const problems: string[] = [];
  const newId = () => {
    ids += 1;
    return `id-${ids}`;
  };
  const log = pino({ level: "silent" });
  const directory = await mkdtemp(join(tmpdir(), "acr-chatops-model-"));
  const url = `sqlite:${join(directory, "store.db")}`;
  const store = await openStore({ url, ephemeral: true, now: () => now, log });
  const config = (): Config => ({
    ...aConfig([aRegistry({ credentials: { read: "r", write: "r" } })]),
    mode: "act",
    people,
    roles: {},
    targets: { production: target },
  });
  const know = (principal: Pick<KnownPrincipal, "platform" | "userId">): Known => {
    const found = Object.values(cast).find(
      (one) => one.who.platform === principal.platform && one.who.userId === principal.userId,
    );
    if (found === undefined) throw new Error("a stranger");
    return { who: found.who, roles: found.roles, home };
  };
  for (const one of digests)
    await store.changeArtifact({ ...key, digest: one }, undefined, () => ({
      artifact: {
        ...newArtifact({ ...key, digest: one }, 1),
        kind: "image",
        pushedAt: 1,
        verification: { state: "verified", at: 1 },
      },
    }));
  await moveTag();

  async function moveTag(): Promise<void> {
    await store.changeArtifact({ ...key, digest: tagAt }, "1", ({ artifact }) =>
      artifact === undefined
        ? undefined
        : {
            artifact,
            tags: [{ tag: "1", digest: tagAt, movedAt: now, disputed: false }],
          },
    );
  }

  const reader = {
    readAttributes: async (_: string, wanted: string) => ({
      tags: [],
      references: [],
      ...(rejected.has(wanted) ? { quarantineState: "Failed" } : {}),
    }),
    findTagDigest: async () => tagAt,
  } as unknown as RegistryReader;

  /** Says, by rules written down here once more, whether this operation may begin to change production now. */
  async function judgeBegin(operation: Operation): Promise<void> {
    const requester = Object.values(cast).find((one) => one.who.userId === operation.requestedBy.userId);
    const allowed = target.allow.deploy.some((role) => requester?.roles.includes(role));
    if (!allowed) problems.push(`${operation.id} began although its requester may not deploy`);
    if (rejected.has(operation.digest)) problems.push(`${operation.id} began with a rejected image`);
    if (operation.tag !== undefined && tagAt !== operation.digest)
      problems.push(`${operation.id} began although its tag has moved`);
    const locks = (await store.listStanding("lock")).filter(
      ({ until }) => until === undefined || until > now,
    );
    if (locks.length > 0) problems.push(`${operation.id} began although production is locked`);
    const needed = target.approvals?.count ?? 0;
    const approved = operation.votes.filter(({ vote }) => vote === "approve");
    const humans = new Set(
      approved.map(({ who }) => Object.values(cast).find((one) => one.who.userId === who.userId)?.human),
    );
    if (requester !== undefined) humans.delete(requester.human);
    if (humans.size < needed)
      problems.push(`${operation.id} began with ${humans.size} of ${needed} approvals`);
    if (operation.votes.some(({ vote }) => vote === "decline")) problems.push(`${operation.id} was declined`);
  }

  const steps = (operation: Operation): readonly Step[] => [
    {
      name: "read",
      says: "read",
      changes: false,
      run: async ({ noteDigestBefore }) => {
        await noteDigestBefore(running);
        return { kind: "done" };
      },
    },
    {
      name: "put",
      says: "put",
      changes: true,
      look: async () =>
        effects.some((effect) => effect.operation === operation.id) ? { kind: "done" } : { kind: "absent" },
      run: async () => {
        effects.push({ operation: operation.id, digest: operation.digest });
        running = operation.digest;
        return { kind: "done" };
      },
    },
    { name: "confirm", says: "confirm", changes: false, run: async () => ({ kind: "done" }) },
  ];

  /** A replica: the same store, and a process that dies after so many writes of the journal. */
  function replica(crashAt: number): OperateDeps {
    let writes = 0;
    const dying: Store = {
      ...store,
      writeJournal: async (id, lease, journal) => {
        if (writes >= crashAt) throw new LeaseLost();
        const operation = await store.findOperation(id);
        if (operation !== undefined && begins(operation.journal, journal)) await judgeBegin(operation);
        const kept = await store.writeJournal(id, lease, journal);
        writes += 1;
        if (writes >= crashAt) throw new LeaseLost();
        return kept;
      },
      finishOperation: async (id, lease, result) => {
        if (writes >= crashAt) throw new LeaseLost();
        return await store.finishOperation(id, lease, result);
      },
    };
    return {
      store: dying,
      config,
      stepsOf: async (operation) => ({
        steps: steps(operation),
        targetRevision: target.revision,
        timeoutMs: 600_000,
        observe: async (): Promise<Observed> =>
          running === undefined
            ? { kind: "nothing" }
            : { kind: "runs", digest: running, as: "running", health: "healthy" },
      }),
      isHalted: async () => false,
      knowAfresh: async (principal) => know(principal),
      readerOf: () => reader,
      clock: { now: () => now, sleep: (_, signal) => untilAborted(signal) },
      newId,
      log,
    };
  }

  async function order(by: string, wish: Order): Promise<void> {
    const known = cast[by];
    if (known === undefined) return;
    const id = newId();
    await store.recordRequest({ id, who: known.who, order: wish, at: now });
    const context = { ...know(known.who), config: config(), newId, now, halted: false };
    await store.decideRequest(id, createVerdicts(context));
  }

  const nth = async (index: number): Promise<Operation | undefined> =>
    (await store.listOperations(20))[index];

  async function act(action: Action): Promise<void> {
    now += 1;
    switch (action.do) {
      case "ask": {
        const wanted = digests[action.digest] as string;
        const tag = action.tagged ? { tag: "1" } : {};
        return await order(action.by, {
          kind: "deploy",
          ...key,
          digest: wanted,
          target: "production",
          ...tag,
        });
      }
      case "vote":
      case "cancel": {
        const found = await nth(action.operation);
        if (found === undefined) return;
        const kind = action.do === "vote" ? action.vote : "cancel";
        return await order(action.by, { kind, operationId: found.id });
      }
      case "all-approve":
        for (const by of ["lena", "omar"]) await act({ do: "vote", by, operation: 0, vote: "approve" });
        return;
      case "retag":
        tagAt = digests[action.digest] as string;
        return await moveTag();
      case "reject":
        // Every other time it is released again.
        if (!rejected.delete(digests[action.digest] as string))
          rejected.add(digests[action.digest] as string);
        return;
      case "configure":
        target = configs[action.config] as Target;
        return;
      case "outside":
        running = digests[action.digest];
        return;
      case "lock": {
        const scope = { kind: "target", target: "production" } as const;
        return await order(
          action.by,
          action.on ? { kind: "lock", scope, reason: "r" } : { kind: "unlock", scope },
        );
      }
      case "run":
        await Promise.all(action.crashAt.map((crashAt) => runOne(replica(crashAt))));
        return;
      case "pass":
        now += action.ms;
        // The watch loop has been round meanwhile.
        if (running !== undefined)
          await store.recordPlacement(
            { ...key, target: "production" },
            { digest: running, at: now, how: "observed" },
          );
        return;
      default:
        return action satisfies never;
    }
  }

  async function runOne(deps: OperateDeps): Promise<void> {
    const claimed = await claimOperation(store);
    if (claimed === undefined) return;
    await takeTurn(operateWork(deps), claimed, store);
  }

  return {
    act,
    effects,
    check: () => {
      expect(problems).toEqual([]);
      expect(new Set(effects.map((effect) => effect.operation)).size).toBe(effects.length);
    },
    close: async () => {
      await store.close();
      await rm(directory, { recursive: true, force: true });
    },
  };
}

/** Whether this write of the journal is the one that begins to change production. */
function begins(before: Journal, after: Journal): boolean {
  const put = (journal: Journal) => journal.steps.some(({ name }) => name === "put");
  return !put(before) && put(after);
}

function untilAborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    signal.addEventListener("abort", () => resolve(), { once: true });
  });
}
