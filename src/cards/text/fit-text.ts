import type { Span, Text } from "../../nouns/text.ts";
import { codePoints, graphemeEnds } from "./cut-text.ts";

export type RenderSpan = (span: Span) => string;

/**
 * Renders spans into at most `max` code points. What is too long is cut before it is escaped, so that neither a
 * grapheme nor an entity nor a mention is ever cut in two; the cut shows as `…`.
 */
export function fitText(spans: Text, max: number, render: RenderSpan): string {
  const joined = joinPlain(spans);
  const whole = joined.map(render).join("");
  if (codePoints(whole) <= max) return whole;
  let out = "";
  let room = max - 1;
  for (const span of joined) {
    const rendered = render(span);
    const size = codePoints(rendered);
    if (size > room) return `${out}${cutSpan(span, room, render)}…`;
    out += rendered;
    room -= size;
  }
  return out;
}

// `text("by ", name)` makes two plain spans; what counts as one word must be seen as one.
function joinPlain(spans: Text): Text {
  const joined: Span[] = [];
  for (const span of spans) {
    const last = joined.at(-1);
    if (span.kind === "plain" && last?.kind === "plain")
      joined[joined.length - 1] = { kind: "plain", text: last.text + span.text };
    else joined.push(span);
  }
  return joined;
}

// Escaping lengthens a text, but not evenly, so candidates are rendered and measured; mostly the first one fits.
function cutSpan(span: Span, room: number, render: RenderSpan): string {
  if (span.kind !== "plain" && span.kind !== "bold" && span.kind !== "code") return "";
  const ends = graphemeEnds(span.text, room);
  let low = 0;
  let high = ends.length - 1;
  let middle = high;
  let best = "";
  while (low <= high) {
    const rendered = render({ ...span, text: span.text.slice(0, ends[middle]) });
    if (codePoints(rendered) <= room) {
      best = rendered;
      low = middle + 1;
    } else high = middle - 1;
    middle = Math.floor((low + high) / 2);
  }
  return best;
}
