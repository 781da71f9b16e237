import { subjectOf } from "../../nouns/artifact.ts";
import { notice } from "../../nouns/card.ts";
import type { Happening } from "../../nouns/happening.ts";
import { type Text, text } from "../../nouns/text.ts";
import { type Command, type CommandCall, usageNotice } from "./command.ts";
import { findImage } from "./find-image.ts";

const mostLines = 20;

/** `why <image>`: received → routed → verified → delivered, with times. Other channels' lines are not told. */
export const why: Command = {
  name: "why",
  usage: "why <image>",
  summary: "why an image has a card here, or has none",
  run: async (call, deps) => {
    const [name] = call.words;
    if (name === undefined || call.words.length > 1) return usageNotice(why, call, "Which image?");
    const found = await findImage(name, call, deps);
    if (found.kind === "not-found") return found.answer;
    const happenings = (await deps.store.happeningsOf(found.artifact, 100)).filter((one) =>
      isTold(one, call),
    );
    const messages = (await deps.store.messagesOf(subjectOf(found.artifact))).filter(
      (one) => one.channel === call.channel,
    );
    const lines: Text[] = happenings
      .slice(-mostLines)
      .map((one) => text({ kind: "time", at: one.at }, `  ${one.step}: ${one.what}`));
    for (const message of messages) {
      const error = message.lastError === undefined ? "" : `, last error: ${message.lastError}`;
      lines.push(
        text(`deliver: its ${message.slot === "root" ? "card" : "reply"} here is ${message.state}${error}`),
      );
    }
    if (messages.length === 0) lines.push(text("deliver: it has no card in this channel"));
    return notice("neutral", "🔎", lines, `Why: ${found.artifact.repository}`);
  },
};

function isTold(happening: Happening, call: CommandCall): boolean {
  return happening.channel === undefined || happening.channel === call.channel;
}
