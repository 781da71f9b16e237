import { subjectOf } from "../../nouns/artifact.ts";
import { notice } from "../../nouns/card.ts";
import { cardOf, type Operation } from "../../nouns/operation.ts";
import { isSamePerson } from "../../nouns/same-person.ts";
import { code, person, type Text, text, time } from "../../nouns/text.ts";
import { countApprovals } from "../../policy/approvals.ts";
import { sentenceOf } from "../../policy/sentences.ts";
import { messageLink } from "../deliver/message-link.ts";
import type { Command, CommandCall } from "./command.ts";

const mostRead = 100;
const mostShown = 10;

/** `approvals`: what waits for this person's approval, what waits for others, and where it can be approved. */
export const approvals: Command = {
  name: "approvals",
  usage: "approvals",
  summary: "what needs your approval, and what you're waiting for",
  run: async (call) => {
    const { known, orders } = call;
    const waiting = await call.store.listAwaiting(mostRead);
    const now = call.clock.now();
    const open = waiting.filter((one) => one.approvals !== undefined && one.approvals.expiresAt > now);
    const yours: Operation[] = [];
    const others: Operation[] = [];
    for (const operation of open) {
      const decision = await orders.preview({ kind: "approve", operationId: operation.id }, known);
      (decision.outcome === "allowed" ? yours : others).push(operation);
    }
    const { people } = call.config();
    const asked = others.filter(({ requestedBy }) => isSamePerson(requestedBy, known.who, people));
    const rest = others.length - asked.length;
    const lines = [
      text(yours.length === 0 ? "Nothing needs your approval." : "Needs your approval:"),
      ...(await linesOf(yours, call)),
      ...(asked.length === 0 ? [] : [text("Your requests, waiting for others:")]),
      ...(await linesOf(asked, call)),
      ...(rest === 0 ? [] : [text(`${rest} more ${rest === 1 ? "waits" : "wait"} for other people.`)]),
    ];
    return notice("neutral", "✋", lines, "Approvals");
  },
};

async function linesOf(operations: readonly Operation[], call: CommandCall): Promise<readonly Text[]> {
  const lines: Text[] = [];
  for (const operation of operations.slice(0, mostShown)) lines.push(await lineOf(operation, call));
  const more = operations.length - lines.length;
  return more > 0 ? [...lines, text(`… and ${more} more`)] : lines;
}

async function lineOf(operation: Operation, call: CommandCall): Promise<Text> {
  const { given, needed, by } = countApprovals(operation, call.config().people);
  const until = operation.approvals?.expiresAt;
  return text(
    `• ${sentenceOf(operation)} · asked by `,
    person(operation.requestedBy),
    ` · ${given} of ${needed}`,
    by.flatMap((who, index) => [index === 0 ? " by " : ", ", person(who)]),
    until === undefined ? undefined : [" · until ", time(until)],
    await whereOf(operation, call),
    " · ",
    code(operation.id),
  );
}

/** The card to approve it on: one of this channel, else the nearest on the person's own platform. */
async function whereOf(operation: Operation, { channel, known, store }: CommandCall): Promise<Text> {
  const messages = await store.messagesOf(subjectOf(cardOf(operation)));
  const links = messages
    .filter(({ slot, state }) => slot === "root" && state === "shown")
    .flatMap((message) => {
      const url = messageLink(message, known.who);
      return url === undefined ? [] : [{ url, isHere: message.channel === channel }];
    });
  const best = links.find(({ isHere }) => isHere) ?? links[0];
  return best === undefined ? [] : text(" · ", { kind: "link", text: "its card", url: best.url });
}
