import type { Notice } from "../../nouns/card.ts";
import { addressOf, type ChannelId, kindOfChannel } from "../../nouns/channel.ts";
import type { Order } from "../../nouns/request.ts";
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
  const where = isDirect(channel) ? undefined : channel;
  const became = await call.orders.place(present({ id, who, order, at: call.clock.now(), channel: where }));
  const said = await outcomeAnswer(became, order, channel, call.store);
  return {
    isDone: said.kind === "accepted" && (said.as === "asked" || said.as === "told"),
    said: said.notice,
  };
}

// Ids of direct messages begin with D in Slack, of personal chats with `a:` in Teams; a card belongs where the team
// sees it.
function isDirect(channel: ChannelId): boolean {
  const address = addressOf(channel);
  return kindOfChannel(channel) === "teams" ? address.startsWith("a:") : address.startsWith("D");
}
