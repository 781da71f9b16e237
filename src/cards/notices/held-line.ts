import { type Notice, notice } from "../../nouns/card.ts";
import { bold, code, text, time } from "../../nouns/text.ts";

/** The one line about cards that are not posted, because the registry has not confirmed them and they are too many. */
export function buildHeldLine(of: {
  readonly registry: string;
  readonly count: number;
  /** How many were posted in that hour. */
  readonly most: number;
  /** When the hour ends, in ms since the epoch. */
  readonly until: number;
  /** Whether the bot may ask the registry. */
  readonly readable: boolean;
}): Notice {
  if (of.count === 0)
    return notice("neutral", "☑️", [
      text(bold("No more cards are held back"), ": ", code(of.registry)),
      "They were confirmed by the registry, or taken back.",
    ]);
  const cards = of.count === 1 ? "1 more card isn't shown" : `${of.count} more cards aren't shown`;
  const why = `Nobody has confirmed them, and at most ${of.most} such cards an hour are posted to a channel. New ones follow from `;
  const next = of.readable
    ? "Each appears as soon as the registry confirms it."
    : "Without credentials.read the bot can't ask the registry about them.";
  return notice("warning", "⚠️", [
    text(bold(cards), ": ", code(of.registry)),
    text(why, time(of.until), "."),
    `${next} If nobody pushed that much, somebody may have the webhook's secret: change it.`,
  ]);
}
