import type { Notice } from "../../nouns/card.ts";
import { addressOf, type ChannelId, kindOfChannel } from "../../nouns/channel.ts";
import { isWish, type Order } from "../../nouns/request.ts";
import { text } from "../../nouns/text.ts";
import { principalOfKnown } from "../../policy/roles.ts";
import { present } from "../../present.ts";
import { outcomeAnswer } from "../converse/outcome-answer.ts";
import type { CommandCall } from "./command.ts";

/**
 * Places what somebody typed as an order and says what became of it; `part` tells several requests of one command apart.
 * A refusal for a missing role has a button that suggests it to those who have the role.
 */
export async function placeTypedOrder(
  order: Order,
  call: CommandCall,
  part?: string,
): Promise<{ readonly isDone: boolean; readonly said: Notice }> {
  const { channel, requestId } = call;
  const id = part === undefined ? requestId : `${requestId}:${part}`;
  const who = principalOfKnown(call.known);
  const unshown = await whyUnshown(order, call);
  const where = unshown === undefined ? channel : undefined;
  const became = await call.orders.place(present({ id, who, order, at: call.clock.now(), channel: where }));
  const said = await outcomeAnswer(became, order, channel, call.store);
  const isDone = said.kind === "accepted" && (said.as === "asked" || said.as === "told");
  const isPrivate = isWish(order) && said.kind === "accepted" && said.as !== "observed";
  return { isDone, said: isPrivate ? withLine(said.notice, unshown) : said.notice };
}

/** Why the outcome is not shown where it was typed, and where it is told; undefined: it is shown there. */
async function whyUnshown(order: Order, { channel, canPost }: CommandCall): Promise<string | undefined> {
  if (isDirect(channel)) return "You'll get the outcome as a direct message.";
  if (!isWish(order) || canPost === undefined || (await canPost())) return undefined;
  return "I can't post in this channel, so you'll get the outcome as a direct message. To see it here, add me to the channel.";
}

function withLine(said: Notice, line: string | undefined): Notice {
  return line === undefined ? said : { ...said, lines: [...said.lines, text(line)] };
}

// Ids of direct messages begin with D in Slack, of personal chats with `a:` in Teams; a card belongs where the team
// sees it.
function isDirect(channel: ChannelId): boolean {
  const address = addressOf(channel);
  return kindOfChannel(channel) === "teams" ? address.startsWith("a:") : address.startsWith("D");
}
