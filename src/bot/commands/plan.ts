import { type Notice, notice } from "../../nouns/card.ts";
import type { Decision } from "../../nouns/decision.ts";
import type { Wish } from "../../nouns/request.ts";
import { bold, code, type Text, text } from "../../nouns/text.ts";
import { sentenceOf } from "../../policy/sentences.ts";
import { present } from "../../present.ts";
import { type CommandCall, Instead } from "./command.ts";
import { placeTypedOrder } from "./place-typed-order.ts";
import { reasonOf } from "./typed/reason-of.ts";

const mostLines = 20;

/**
 * Asks for what somebody typed, with the reason and the glass to break that they typed with it, or with `--plan` says
 * what that would change. `part` as for `placeTypedOrder`.
 */
export async function placeOrPlan(
  asked: Omit<Wish, "reason" | "breakGlass">,
  call: CommandCall,
  part?: string,
): Promise<Notice> {
  const { options } = call.typed;
  const reason = reasonOf(call.typed.reason);
  const wish = present({ ...asked, reason, breakGlass: options.has("break-glass") || undefined });
  return options.has("plan") ? await planned(wish, call) : (await placeTypedOrder(wish, call, part)).said;
}

/** What would change on the target, and whether this person may do it. Nothing is changed by it. */
async function planned(wish: Wish, call: CommandCall): Promise<Notice> {
  const decision = await call.orders.preview(wish, call.known);
  // What a target is given (parameters, inputs) is for those who may deploy to it.
  if (decision.outcome === "refused" && decision.lacking !== undefined)
    throw new Instead("⛔", [decision.why, decision.help]);
  const allowed = allowance(decision);
  const title = `Plan: ${sentenceOf(wish)}`;
  const plan = await call.planOf(wish, call.known.who, call.signal);
  if (plan === undefined) return notice("neutral", "📝", [...allowed, "Nothing was changed."], title);
  if (plan.kind === "refused")
    return notice("warning", "📝", [`It would be refused: ${plan.why}`, plan.help, ...allowed], title);
  const { digestBefore, lines } = plan;
  const before = digestBefore === undefined ? "nothing that I know of" : code(digestBefore);
  const change = [text("Runs now: ", before), text("Would run: ", code(wish.digest))];
  const told = [...change, ...lines.slice(0, mostLines), ...allowed, "Nothing was changed."];
  return notice("neutral", "📝", told, title);
}

function allowance(decision: Decision): readonly (Text | string)[] {
  switch (decision.outcome) {
    case "allowed":
      return [text(bold("You may do it"), ` (${decision.rule}).`)];
    case "needs-approval": {
      const { count, from } = decision;
      return [text(bold("You may ask for it"), `: then ${count} of ${from.join(", ")} must approve.`)];
    }
    case "observed":
      return ["I only observe here: it would not be done."];
    case "refused":
      return [text(bold("It would be refused now"), `: ${decision.why}`), decision.help];
    default:
      return decision satisfies never;
  }
}
