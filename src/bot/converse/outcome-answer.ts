import { notice } from "../../nouns/card.ts";
import type { ChannelId } from "../../nouns/channel.ts";
import { isStandingOrder, isWish, type Order } from "../../nouns/request.ts";
import type { Verdict } from "../../nouns/verdict.ts";
import type { Store } from "../../store/store.ts";
import type { SubmitAnswer } from "./conversation.ts";
import type { OrderOutcome } from "./orders.ts";
import { refusalNotice } from "./refusal-notice.ts";

type Said = Exclude<SubmitAnswer, { kind: "errors" }>;

/** What somebody is told of what became of their request. */
export async function outcomeAnswer(
  became: OrderOutcome,
  order: Order,
  channel: ChannelId | undefined,
  store: Pick<Store, "findArtifact" | "saveButtons">,
): Promise<Said> {
  if (became.kind === "decided") return await verdictAnswer(became.verdict, order, channel, store);
  const words = isOnCard(order) ? "the outcome will show on the card." : "you will hear what came of it.";
  return { kind: "accepted", as: "later", notice: notice("neutral", "⏳", [`Recorded; ${words}`]) };
}

/** What somebody is told of a verdict on their request. */
export async function verdictAnswer(
  { outcome, answer, lacking }: Verdict,
  order: Order,
  channel: ChannelId | undefined,
  store: Pick<Store, "findArtifact" | "saveButtons">,
): Promise<Said> {
  if (outcome === "refused")
    return { kind: "refused", notice: await refusalNotice([answer], lacking, order, channel, store) };
  if (outcome === "observed")
    return { kind: "accepted", as: "observed", notice: notice("accent", "👁️", [answer]) };
  return {
    kind: "accepted",
    as: isOnCard(order) ? "asked" : "told",
    notice: notice("accent", iconOf(order), [answer]),
  };
}

const icons: { readonly [K in Order["kind"]]?: string } = {
  approve: "👍",
  decline: "👎",
  cancel: "🛑",
  lock: "🔒",
  unlock: "🔓",
  suggest: "💡",
};

function iconOf(order: Order): string {
  return isWish(order) ? "🚀" : (icons[order.kind] ?? "✅");
}

/** Whether people see on a card what came of such an order, if it was granted. */
export function isOnCard(order: Order): boolean {
  return order.kind !== "suggest" && !isStandingOrder(order);
}
