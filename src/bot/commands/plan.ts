import { type Notice, notice } from "../../nouns/card.ts";
import type { Decision } from "../../nouns/decision.ts";
import type { Wish } from "../../nouns/request.ts";
import { bold, code, type Text, text } from "../../nouns/text.ts";
import { sentenceOf } from "../../policy/sentences.ts";
import type { CommandCall, CommandDeps } from "./command.ts";

const mostLines = 20;

/** `--plan`: what would change on the target, and whether this person would be let do it. Nothing is changed by it. */
export async function planned(wish: Wish, call: CommandCall, deps: CommandDeps): Promise<Notice> {
  const decision = await deps.orders.preview(wish, call.known);
  // What a target is given (parameters, inputs) is for those who may deploy to it.
  if (decision.outcome === "refused" && decision.lacking !== undefined)
    return notice("warning", "⛔", [decision.why, decision.help]);
  const allowed = allowance(decision);
  const title = `Plan: ${sentenceOf(wish)}`;
  const plan = await deps.planOf(wish, call.known.who, call.signal);
  if (plan === undefined) return notice("neutral", "📝", [...allowed, "Nothing was changed."], title);
  if (plan.kind === "refused")
    return notice("warning", "📝", [`It would be refused: ${plan.why}`, plan.help, ...allowed], title);
  const { digestBefore, lines } = plan;
  const before = digestBefore === undefined ? "nothing that I know of" : code(digestBefore);
  return notice(
    "neutral",
    "📝",
    [
      text("Runs now: ", before),
      text("Would run: ", code(wish.digest)),
      ...lines.slice(0, mostLines),
      ...allowed,
      "Nothing was changed.",
    ],
    title,
  );
}

function allowance(decision: Decision): readonly (Text | string)[] {
  switch (decision.outcome) {
    case "allowed":
      return [text(bold("You may do it"), ` (${decision.rule}).`)];
    case "needs-approval":
      return [
        text(
          bold("You may ask for it"),
          `: then ${decision.count} of ${decision.from.join(", ")} must approve.`,
        ),
      ];
    case "observed":
      return ["I only observe here: it would not be done."];
    case "refused":
      return [text(bold("It would be refused now"), `: ${decision.why}`), decision.help];
    default:
      return decision satisfies never;
  }
}
