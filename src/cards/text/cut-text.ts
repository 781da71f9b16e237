const graphemes = new Intl.Segmenter("en", { granularity: "grapheme" });
// Longer texts lose their middle before they are taken apart: no card shows that much.
const longestTakenApart = 8192;

/** Length in code points, as Slack counts. */
export function codePoints(text: string): number {
  let count = 0;
  for (const _ of text) count += 1;
  return count;
}

/** Where each grapheme ends (index in UTF-16), as far as they fit into `max` code points together. */
export function graphemeEnds(text: string, max: number): readonly number[] {
  const ends: number[] = [];
  let size = 0;
  for (const { segment, index } of graphemes.segment(text)) {
    size += codePoints(segment);
    if (size > max) break;
    ends.push(index + segment.length);
  }
  return ends;
}

/** The longest prefix of at most `max` code points that does not end inside a grapheme. */
export function prefix(text: string, max: number): string {
  return text.slice(0, graphemeEnds(text, max).at(-1) ?? 0);
}

/** At most `max` code points: a longer text ends in `…`, never inside a grapheme. */
export function cutEnd(text: string, max: number): string {
  if (text.length <= max || codePoints(text) <= max) return text;
  return max < 1 ? "" : `${prefix(text, max - 1)}…`;
}

/** At most `max` code points: a longer text keeps both its ends, with `…` between, never inside a grapheme. */
export function cutMiddle(text: string, max: number): string {
  if (text.length <= max || codePoints(text) <= max) return text;
  if (max < 1) return "";
  const half = longestTakenApart / 2;
  const short = text.length > longestTakenApart ? text.slice(0, half) + text.slice(-half) : text;
  const parts = [...graphemes.segment(short.toWellFormed())].map(({ segment }) => segment);
  const head = prefix(parts.join(""), Math.ceil((max - 1) / 2));
  let tail = "";
  let room = max - 1 - codePoints(head);
  for (const part of parts.reverse()) {
    room -= codePoints(part);
    if (room < 0) break;
    tail = part + tail;
  }
  return `${head}…${tail}`;
}
