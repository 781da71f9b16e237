import type { Notice } from "../../nouns/card.ts";
import type { Operation } from "../../nouns/operation.ts";
import type { Principal } from "../../nouns/principal.ts";
import { code, type Span, type Text, text } from "../../nouns/text.ts";
import { shortDigest } from "../facets/digest-name.ts";
import { codeOf, endsOf, listed, startOf } from "../text/shown-text.ts";
import { shown } from "../text/text-limits.ts";

/** What a notice about an operation needs besides the operation. */
export interface NoticeSubject {
  /** `shop/checkout:1.4.2`: the card's title. */
  readonly title: string;
  /** What people call a digest of this repository; the short digest by default. */
  readonly nameOf?: (digest: string) => string;
}

/** A notice of the lines that say something. */
export function noticeOf(
  { tone, icon }: Pick<Notice, "tone" | "icon">,
  lines: readonly Text[],
  buttons: Notice["buttons"] = [],
): Notice {
  return { tone, icon, lines: lines.filter((line) => line.length > 0), buttons };
}

/** The card's title, cut. */
export function titleSpan({ title }: NoticeSubject): Span {
  return codeOf(title, "title");
}

/** What people call a digest, cut. */
export function nameIn({ nameOf }: NoticeSubject, digest: string): string {
  return endsOf(nameOf?.(digest) ?? shortDigest(digest), "name");
}

/** Somebody by name, without a mention: nobody has to look because of this. */
export function nameOfPerson({ name }: Principal): string {
  return startOf(name, "name");
}

/** `From 1.4.1 sha256:60303ae22b99 to 1.4.2 sha256:9f86d081884c`: what an operation replaces by what. */
export function fromTo({ digest, digestBefore, plan }: Operation, subject: NoticeSubject): Text {
  const before = digestBefore ?? plan?.digestBefore;
  const named = (one: string) => [code(nameIn(subject, one)), " ", code(shortDigest(one))];
  if (before === undefined) return text("From what it runs now (not known) to ", named(digest));
  if (before === digest) return text("The same image again: ", named(digest));
  return text("From ", named(before), " to ", named(digest));
}

/** The id that the log lines and audit entries of an operation carry. */
export function referenceLine({ id }: Operation): Text {
  return text("Reference ", code(id));
}

/** A role whose people are called: its name, and whom the operator named for it on each platform. */
export type CalledRole = Omit<Extract<Span, { kind: "role" }>, "kind">;

/** Each role, mentioned where the platform knows whom to call; nothing if there is none. */
export function roleCall(roles: readonly CalledRole[]): Text {
  const called = roles.slice(0, shown.people).map((role): Span => ({ kind: "role", ...role }));
  return listed(called, shown.people, ", ");
}
