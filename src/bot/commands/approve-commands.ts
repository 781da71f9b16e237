import type { Config } from "../../config/config.ts";
import type { Notice } from "../../nouns/card.ts";
import type { Operation } from "../../nouns/operation.ts";
import type { OperationOrder } from "../../nouns/request.ts";
import { code, person, text } from "../../nouns/text.ts";
import type { Known } from "../../policy/roles.ts";
import { sentenceOf } from "../../policy/sentences.ts";
import { present } from "../../present.ts";
import { type Command, type CommandCall, Instead } from "./command.ts";
import { placeTypedOrder } from "./place-typed-order.ts";
import { targetNames } from "./target-names.ts";
import { Misused } from "./typed/misused.ts";
import { reasonOf } from "./typed/reason-of.ts";
import { refuseStray } from "./typed/refuse-stray.ts";

type Verb = OperationOrder["kind"];

// More than these are hardly ever open at once.
const mostOpen = 1_000;
const mostShown = 10;
// Eight hexadecimal digits and what follows, as `approvals` shows it; its begin is enough where it is unique.
const referenceForm = /^[0-9a-f][0-9a-f-]{5,35}$/;
const states: { readonly [K in Verb]: readonly Operation["state"][] } = {
  approve: ["awaiting-approval"],
  decline: ["awaiting-approval"],
  cancel: ["awaiting-approval", "queued", "running"],
};

/** `approve <target or reference>`: what the button does. */
export const approve: Command = {
  name: "approve",
  usage: "approve <target or reference>",
  summary: "approve what waits for you on a target",
  acts: true,
  isFor: mayApprove,
  run: async (call) => await answered("approve", call),
};

/** `decline <target or reference> [reason]`: what the button does. */
export const decline: Command = {
  name: "decline",
  usage: "decline <target or reference> [reason]",
  summary: "decline what waits for approval on a target",
  options: ["reason"],
  acts: true,
  isFor: mayApprove,
  run: async (call) => await answered("decline", call),
};

/** `cancel <target or reference> [because <reason>]`: what the button does. */
export const cancel: Command = {
  name: "cancel",
  usage: "cancel <target or reference> [because <reason>]",
  summary: "stop what waits or runs on a target, where it can still be stopped",
  options: ["reason"],
  acts: true,
  run: async (call) => await answered("cancel", call),
};

function mayApprove({ roles }: Known, { targets }: Config): boolean {
  return Object.values(targets).some(({ approvals }) => approvals?.from.some((role) => roles.includes(role)));
}

async function answered(kind: Verb, call: CommandCall): Promise<Notice> {
  const [typed] = call.words;
  if (typed === undefined) throw new Misused(`Which target? Targets: ${targetNames(call.config())}.`);
  const behind = call.typed.words.slice(1);
  if (kind !== "decline")
    refuseStray(
      behind.map((word) => word.text),
      `${kind} ${typed}`,
      call,
      kind === "cancel" ? ["reason"] : [],
    );
  const reason = reasonOf(call.typed.reason, kind === "decline" ? behind : []);
  const operationId = await operationMeant(kind, typed, call);
  return (await placeTypedOrder(present({ kind, operationId, reason }), call)).said;
}

/** The one operation that a target or a reference means. Throws `Instead` where it is none, or one of several. */
async function operationMeant(kind: Verb, typed: string, call: CommandCall): Promise<string> {
  const name = typed.toLowerCase().replace(/[.,!?;:]+$/, "");
  const isTarget = Object.hasOwn(call.config().targets, name);
  if (!isTarget && !referenceForm.test(name))
    throw new Misused(
      `I don't know a target or reference "${typed.slice(0, 80)}". Targets: ${targetNames(call.config())}.`,
    );
  // A whole reference means it in whatever state it is; the decision says what can still be done.
  const named = isTarget ? undefined : await call.store.findOperation(name);
  if (named !== undefined) return named.id;
  const [first, ...more] = (await call.store.listOpen(mostOpen)).filter(
    ({ id, state, target }) =>
      states[kind].includes(state) && (isTarget ? target === name : id.startsWith(name)),
  );
  if (first === undefined) throw none(kind, name, isTarget);
  if (more.length > 0) throw several(kind, [first, ...more], call);
  return first.id;
}

function none(kind: Verb, name: string, isTarget: boolean): Instead {
  const what = kind === "cancel" ? "is waiting or running" : "needs approval";
  const where = isTarget ? text(` on ${name}`) : text(" under the reference ", code(name));
  return new Instead("⛔", [text(`Nothing ${what}`, where, ". Nothing was changed.")]);
}

function several(kind: Verb, found: readonly Operation[], { prefix }: CommandCall): Instead {
  const left = found.length - mostShown;
  return new Instead("❔", [
    "Which one? Nothing was changed.",
    ...found
      .slice(0, mostShown)
      .map((one) =>
        text(
          "• ",
          code(`${prefix} ${kind} ${one.id}`),
          ` – ${sentenceOf(one)}, asked by `,
          person(one.requestedBy),
        ),
      ),
    ...(left > 0 ? [`… and ${left} more`] : []),
  ]);
}
