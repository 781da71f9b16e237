import { slackLimits } from "./text-limits.ts";

const loopback = new Set(["127.0.0.1", "localhost"]);
// What the URL standard leaves as it is and Slack's `<url|text>` or Markdown's `[text](url)` would trip over.
const markup = /[|<>()[\]{}\\`'"*_~^\s]/g;

/**
 * The address in a form that is safe inside `<url|text>` and `[text](url)`, if it may be shown as a link: https (or
 * http on this machine, for the demo), without user name or password. Otherwise undefined.
 */
export function safeUrl(address: string): string | undefined {
  if (address.length > slackLimits.url || !URL.canParse(address)) return undefined;
  const url = new URL(address);
  const secure = url.protocol === "https:" || (url.protocol === "http:" && loopback.has(url.hostname));
  if (!secure || url.username !== "" || url.password !== "") return undefined;
  const safe = url.href.replace(markup, (character) =>
    character === "_" || character === "~" ? character : `%${hex(character)}`,
  );
  return safe.length > slackLimits.url ? undefined : safe;
}

function hex(character: string): string {
  return (character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(2, "0");
}
