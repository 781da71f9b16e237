import { creditOf } from "../../cards/facets/operation-credit.ts";
import { lookOfOperation } from "../../cards/facets/operation-looks.ts";
import { codeOf, joined } from "../../cards/text/shown-text.ts";
import { notice } from "../../nouns/card.ts";
import type { Operation } from "../../nouns/operation.ts";
import { bold, type Text, text } from "../../nouns/text.ts";
import { countApprovals } from "../../policy/approvals.ts";
import type { Command, CommandCall } from "./command.ts";
import { nameOnTarget } from "./show-running.ts";
import { targetNamed, targetNames } from "./target-names.ts";
import { Misused } from "./typed/misused.ts";

// One answer of a chat is for reading.
const mostShown = 10;

/** `history <target>`: the last deployments there: what, when, who asked, who approved, how it ended. */
export const history: Command = {
  name: "history",
  usage: "history <target>",
  summary: "the last deployments to a target: who asked, who approved, how they ended",
  run: async (call) => {
    const [typed, ...more] = call.words;
    if (typed === undefined || more.length > 0)
      throw new Misused(`Which target? Targets: ${targetNames(call.config())}.`);
    const target = targetNamed(typed, call);
    const operations = await call.store.operationsOfTarget(target, mostShown);
    if (operations.length === 0) return notice("neutral", "🕘", [`Nothing was deployed to ${target} yet.`]);
    const lines: Text[] = [];
    for (const operation of operations) lines.push(await lineOf(operation, call));
    return notice("neutral", "🕘", lines, `History of ${target}, newest first`);
  },
};

async function lineOf(operation: Operation, call: CommandCall): Promise<Text> {
  const { icon, said } = lookOfOperation(operation);
  const { id, repository, tag, digest } = operation;
  const version = tag ?? (await nameOnTarget(operation, digest, call));
  const approvals = new Map([[id, countApprovals(operation, call.config().people)]]);
  return joined([
    text(`${icon} `, bold(said), " ", codeOf(`${repository}:${version}`, "title")),
    creditOf({ approvals }, operation),
  ]);
}
