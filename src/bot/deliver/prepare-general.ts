import { type Notice, notice } from "../../nouns/card.ts";
import { haltSubject, lockSubject, type Message } from "../../nouns/message.ts";
import { person, text } from "../../nouns/text.ts";
import type { Store } from "../../store/store.ts";
import type { Prepared } from "./deliver.ts";

/** Whether a message is about no image: a lock, or the kill switch. */
export function isGeneral({ subject }: Pick<Message, "subject">): boolean {
  return subject === lockSubject || subject === haltSubject;
}

/** Prepares a message that is about no image. Undefined: the request that it tells of is not known any more. */
export async function prepareGeneral(
  { slot }: Message,
  store: Pick<Store, "findDecided">,
): Promise<Prepared | undefined> {
  const said = await noticeOf(slot, store);
  return said === undefined ? undefined : { content: { kind: "notice", notice: said } };
}

async function noticeOf(
  slot: Message["slot"],
  store: Pick<Store, "findDecided">,
): Promise<Notice | undefined> {
  if (slot === "halt:on")
    return notice("attention", "🛑", [
      "The kill switch is on: nothing is deployed, rolled back, released or rejected until an operator turns it off.",
    ]);
  if (slot === "halt:off")
    return notice("good", "🟢", ["The kill switch is off. Deploys are possible again."]);
  const decided = await store.findDecided(slot.slice("lock:".length));
  if (decided === undefined) return undefined;
  const { request, verdict } = decided;
  const icon = request.order.kind === "unlock" ? "🔓" : "🔒";
  return notice("accent", icon, [verdict.answer, text("By ", person(request.who))]);
}
