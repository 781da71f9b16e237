// The short names that the bot and people in a demo are likely to use; any other stays as it was typed.
const emoji: ReadonlyMap<string, string> = new Map(
  Object.entries({
    arrows_counterclockwise: "🔄",
    bell: "🔔",
    boom: "💥",
    eyes: "👀",
    hourglass: "⌛",
    hourglass_flowing_sand: "⏳",
    information_source: "ℹ️",
    label: "🏷️",
    large_blue_circle: "🔵",
    large_green_circle: "🟢",
    large_yellow_circle: "🟡",
    leftwards_arrow_with_hook: "↩️",
    lock: "🔒",
    mag: "🔍",
    no_entry: "⛔",
    no_entry_sign: "🚫",
    package: "📦",
    question: "❓",
    red_circle: "🔴",
    repeat: "🔁",
    rocket: "🚀",
    shield: "🛡️",
    tada: "🎉",
    unlock: "🔓",
    warning: "⚠️",
    wastebasket: "🗑️",
    white_check_mark: "✅",
    white_circle: "⚪",
    wave: "👋",
    x: "❌",
  }),
);

/** Puts the picture for each `:short_name:` that is known. */
export function withEmoji(text: string): string {
  return text.replace(/:([a-z0-9_+-]+):/g, (whole, name: string) => emoji.get(name) ?? whole);
}
