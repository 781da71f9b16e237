import { describe, expect, it } from "vitest";
import type { Lock } from "../../src/nouns/lock.ts";
import type { KnownPrincipal } from "../../src/nouns/principal.ts";
import type { LockOrder } from "../../src/nouns/request.ts";
import { decideLock } from "../../src/policy/decide-lock.ts";
import type { Asker } from "../../src/policy/question.ts";
import { anAsker, lenaSlack, mayaSlack, mayaTeams, people, principalOf, priyaSlack } from "./orders.ts";
import { aLock, hourMs, rulesWith, wednesday } from "./questions.ts";

interface Asked {
  readonly kind?: LockOrder["kind"];
  readonly on?: string;
  readonly who?: KnownPrincipal;
  readonly roles?: readonly string[];
  readonly asker?: Partial<Asker>;
  readonly locks?: readonly Lock[];
  readonly reason?: string;
  readonly forMs?: number;
  readonly nobodyOperates?: true;
}

type Row = readonly [what: string, asked: Asked, expected: string];

const all = { kind: "all" } as const;
const production = { kind: "target", target: "production" } as const;
const byMaya = aLock(production, { by: principalOf(mayaSlack) });
const lockRule = "targets.production.allow.lock";
const locker = `allowed by ${lockRule}: locker`;
const operator = { operator: { name: "operator", slack: [], teams: [], notify: {} } };

const rows: readonly Row[] = [
  ["a lock by who may", {}, locker],
  ["a lock for some time", { forMs: hourMs }, locker],
  ["a lock for no time", { forMs: 0 }, "refused by time"],
  ["a lock for less than no time", { forMs: -1 }, "refused by time"],
  ["a lock for no number", { forMs: Number.NaN }, "refused by time"],
  ["a lock by who may only deploy", { roles: ["deployer"] }, `refused by ${lockRule}`],
  ["a lock where nobody may", { on: "closed" }, "refused by targets.closed.allow.lock"],
  ["a lock of what is no target", { on: "moon" }, "refused by target"],
  ["a lock of what is named like a built-in", { on: "constructor" }, "refused by target"],
  ["a lock without a reason", { reason: "  " }, "refused by reason"],
  ["a lock over somebody's", { locks: [aLock(production)] }, "refused by lock"],
  ["a lock over one's own", { locks: [byMaya], who: mayaSlack }, "refused by lock"],
  ["a lock over one that has run out", { locks: [aLock(production, { until: wednesday })] }, locker],
  ["a lock of a target while everything is frozen", { locks: [aLock(all)] }, locker],
  ["a lock under the kill switch", { asker: { halted: true } }, locker],
  ["a guest", { who: { ...lenaSlack, membership: "guest" } }, "refused by membership"],
  ["somebody of another workspace", { who: { ...lenaSlack, tenant: "T0OTHER" } }, "refused by membership"],
  ["anybody before the workspace is known", { asker: { home: undefined } }, "refused by membership"],

  ["an unlock by who may", { kind: "unlock", locks: [aLock(production)] }, locker],
  ["an unlock needs no reason", { kind: "unlock", locks: [aLock(production)], reason: "" }, locker],
  [
    "an unlock by who may not",
    { kind: "unlock", locks: [aLock(production)], roles: [] },
    `refused by ${lockRule}`,
  ],
  [
    "an unlock of one's own, without a role",
    { kind: "unlock", locks: [byMaya], who: mayaSlack, roles: [] },
    "allowed by one's own",
  ],
  [
    "an unlock of one's own, by the other account",
    { kind: "unlock", locks: [byMaya], who: mayaTeams, roles: [] },
    "allowed by one's own",
  ],
  [
    "an unlock of one's own as a guest",
    { kind: "unlock", locks: [byMaya], who: { ...mayaSlack, membership: "guest" } },
    "refused by membership",
  ],
  [
    "an unlock of one's own of a target that is gone",
    {
      kind: "unlock",
      on: "moon",
      locks: [aLock({ kind: "target", target: "moon" }, { by: principalOf(mayaSlack) })],
      who: mayaSlack,
      roles: [],
    },
    "allowed by one's own",
  ],
  ["an unlock of nothing", { kind: "unlock" }, "refused by lock"],
  [
    "an unlock of what has run out",
    { kind: "unlock", locks: [aLock(production, { until: wednesday })] },
    "refused by lock",
  ],
  [
    "an unlock of a target that only the freeze of everything holds",
    { kind: "unlock", locks: [aLock(all)] },
    "refused by lock",
  ],
  [
    "an unlock of a target called all does not end a freeze",
    { kind: "unlock", on: "all", locks: [aLock(all)] },
    "refused by lock",
  ],

  [
    "a freeze of everything by an operator",
    { on: "*", roles: ["operator"] },
    "allowed by roles.operator: operator",
  ],
  ["a freeze of everything by a locker", { on: "*" }, "refused by roles.operator"],
  [
    "a freeze where no role is named operator",
    { on: "*", roles: ["operator"], nobodyOperates: true },
    "refused by roles.operator",
  ],
  [
    "the end of a freeze by an operator",
    { kind: "unlock", on: "*", locks: [aLock(all)], roles: ["operator"] },
    "allowed by roles.operator: operator",
  ],
  [
    "the end of a freeze by a locker",
    { kind: "unlock", on: "*", locks: [aLock(all)] },
    "refused by roles.operator",
  ],
  [
    "the end of a freeze while a target stays locked",
    { kind: "unlock", on: "*", locks: [aLock(production)], roles: ["operator"] },
    "refused by lock",
  ],
];

describe("decideLock", () => {
  it.each(rows)("%s", (_what, asked, expected) => {
    const { kind = "lock", on = "production", who = priyaSlack, roles = ["locker"], locks = [] } = asked;
    const { reason = "inventory", forMs, nobodyOperates } = asked;
    const scope = on === "*" ? all : ({ kind: "target", target: on } as const);
    const order = { kind, scope, reason, ...(forMs === undefined ? {} : { forMs }) };
    const rules = rulesWith({ people, roles: nobodyOperates === true ? {} : operator });
    const decision = decideLock(anAsker(who, roles, asked.asker), order, locks, rules);
    expect(`${decision.outcome} by ${decision.rule}`).toBe(expected);
    if (decision.outcome === "refused") expect(`${decision.why} ${decision.help}`).not.toMatch(/undefined/);
  });

  it.each([
    ["lock", "freeze"],
    ["unlock", "unfreeze"],
  ] as const)("says what the role is for: %s", (kind, words) => {
    const order = { kind, scope: all, reason: "launch" };
    const rules = rulesWith({ roles: operator });
    const decision = decideLock(anAsker(priyaSlack, []), order, [aLock(all)], rules);
    expect(decision).toMatchObject({ why: `You need the role "operator" to ${words} everything.` });
  });

  it("says who holds it, and why", () => {
    const order = { kind: "lock", scope: production, reason: "mine" } as const;
    const decision = decideLock(anAsker(priyaSlack, ["locker"]), order, [aLock(production)], rulesWith());
    expect(decision).toMatchObject({ why: "gwen holds production already: inventory" });
  });
});
