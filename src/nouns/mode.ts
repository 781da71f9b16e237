/** `notify`: posts only, no Azure rights · `observe`: decides and says "would have" · `act`. */
export type Mode = "notify" | "observe" | "act";

const strictness = { notify: 0, observe: 1, act: 2 } as const satisfies Record<Mode, number>;

/** The stricter of the bot's mode and a target's own. */
export function stricterMode(bot: Mode, own: Mode | undefined): Mode {
  return own !== undefined && strictness[own] < strictness[bot] ? own : bot;
}
