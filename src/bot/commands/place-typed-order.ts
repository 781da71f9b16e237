import type { Notice } from "../../nouns/card.ts";
import { addressOf, type ChannelId, kindOfChannel } from "../../nouns/channel.ts";
import type { Order } from "../../nouns/request.ts";
import { principalOfKnown } from "../../policy/roles.ts";
import { outcomeAnswer } from "../converse/outcome-answer.ts";
import type { CommandCall, CommandDeps } from "./command.ts";

/** What became of an order that somebody typed, in words for them. */
export interface TypedOutcome {
  readonly isDone: boolean;
  readonly said: Notice;
}

/**
 * Places what somebody typed as an order; `part` tells several requests of one command apart. A refusal for a missing role has a
 * button that suggests it to those who have the role.
 */
export async function placeTypedOrder(
  order: Order,
  call: CommandCall,
  deps: CommandDeps,
  part?: string,
): Promise<TypedOutcome> {
  const { channel, known } = call;
  const became = await deps.orders.place({
    id: part === undefined ? call.requestId : `${call.requestId}:${part}`,
    who: principalOfKnown(known),
    order,
    at: deps.clock.now(),
    ...(channel === undefined || isDirect(channel) ? {} : { channel }),
  });
  const said = await outcomeAnswer(became, order, channel, deps.store);
  return { isDone: said.kind === "accepted" && said.as === "asked", said: said.notice };
}

// Ids of direct messages begin with D in Slack, of personal chats with `a:` in Teams; a card belongs where the team
// sees it.
function isDirect(channel: ChannelId): boolean {
  const address = addressOf(channel);
  return kindOfChannel(channel) === "teams" ? address.startsWith("a:") : address.startsWith("D");
}
