import { code, type Span, type Text, text } from "../../nouns/text.ts";
import { cleanLine } from "./clean-text.ts";
import { cutEnd, cutMiddle } from "./cut-text.ts";
import { shown } from "./text-limits.ts";

/** A hostile value as one harmless line, as much of its start as a card shows of such a thing. */
export function startOf(value: string | undefined, as: keyof typeof shown): string {
  return cutEnd(cleanLine(value ?? "").trim(), shown[as]);
}

/** The same of what is told apart by its end: a longer one keeps both ends. */
export function endsOf(value: string | undefined, as: keyof typeof shown): string {
  return cutMiddle(cleanLine(value ?? "").trim(), shown[as]);
}

/** A value by its ends, so that it can be copied. */
export function codeOf(value: string | undefined, as: keyof typeof shown): Span {
  return code(endsOf(value, as));
}

/** The first `most` with something between them, and how many more there are; nothing of none. */
export function listed(all: readonly (Span | string)[], most: number, between: string): Text {
  const more = all.length - most;
  const first = all.slice(0, most).flatMap((one, index) => (index === 0 ? [one] : [between, one]));
  return text(first, more > 0 ? ` and ${more} more` : undefined);
}

/** The texts that say something, with ` · ` between them. */
export function joined(parts: readonly Text[]): Text {
  const said = parts.filter((part) => part.length > 0);
  return said.flatMap((part, index) => (index === 0 ? part : [...text(" · "), ...part]));
}
