import { subjectOf } from "../../nouns/artifact.ts";
import { notice } from "../../nouns/card.ts";
import { text, time } from "../../nouns/text.ts";
import { type Command, onlyWord } from "./command.ts";
import { findImage } from "./find-image.ts";

const mostLines = 20;

/** `why <image>`: received → routed → verified → delivered, with times. Other channels' lines are not told. */
export const why: Command = {
  name: "why",
  usage: "why <image>",
  summary: "why an image has a card here, or has none",
  run: async (call) => {
    const { artifact } = await findImage(onlyWord(call, "Which image?"), call);
    const happenings = (await call.store.happeningsOf(artifact, 100))
      .filter(({ channel }) => channel === undefined || channel === call.channel)
      .slice(-mostLines)
      .map(({ at, step, what }) => text(time(at), `  ${step}: ${what}`));
    const messages = (await call.store.messagesOf(subjectOf(artifact)))
      .filter(({ channel }) => channel === call.channel)
      .map(({ slot, state, lastError }) => {
        const error = lastError === undefined ? "" : `, last error: ${lastError}`;
        return text(`deliver: its ${slot === "root" ? "card" : "reply"} here is ${state}${error}`);
      });
    const none = messages.length === 0 ? ["deliver: it has no card in this channel"] : [];
    const title = `Why: ${artifact.repository}`;
    return notice("neutral", "🔎", [...happenings, ...messages, ...none], title);
  },
};
