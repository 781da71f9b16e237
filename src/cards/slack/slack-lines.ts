import { codePoints } from "../text/cut-text.ts";

/** Puts rendered lines together into as few texts of at most `max` code points as they fit in, in order. */
export function packLines(lines: readonly string[], max: number, between = "\n"): readonly string[] {
  const packed: string[] = [];
  let size = 0;
  for (const line of lines) {
    const more = codePoints(line) + codePoints(between);
    const last = packed.length - 1;
    if (last >= 0 && size + more <= max) {
      packed[last] = `${packed[last]}${between}${line}`;
      size += more;
    } else {
      packed.push(line);
      size = codePoints(line);
    }
  }
  return packed;
}
