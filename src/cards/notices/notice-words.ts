import type { Operation } from "../../nouns/operation.ts";
import type { Principal } from "../../nouns/principal.ts";
import { code, type Span, type Text, text } from "../../nouns/text.ts";
import { shortDigest } from "../facets/digest-name.ts";
import { cleanLine } from "../text/clean-text.ts";
import { cutEnd, cutMiddle } from "../text/cut-text.ts";
import { shown } from "../text/text-limits.ts";

/** What a notice about an operation needs besides the operation. */
export interface NoticeSubject {
  /** `shop/checkout:1.4.2`: the card's title. */
  readonly title: string;
  /** What people call a digest of this repository; the short digest by default. */
  readonly nameOf?: (digest: string) => string;
}

/** The card's title, cut. */
export function titleSpan({ title }: NoticeSubject): Span {
  return code(cutMiddle(cleanLine(title), shown.title));
}

/** What people call a digest, cut. */
export function nameIn({ nameOf }: NoticeSubject, digest: string): string {
  return cutMiddle(cleanLine(nameOf?.(digest) ?? shortDigest(digest)), shown.name);
}

/** Somebody by name, without a mention: nobody has to look because of this. */
export function nameOfPerson({ name }: Principal): string {
  return cutEnd(cleanLine(name).trim(), shown.name);
}

/** `From 1.4.1 sha256:60303ae22b99 to 1.4.2 sha256:9f86d081884c`: what an operation replaces by what. */
export function fromTo({ digest, digestBefore, plan }: Operation, subject: NoticeSubject): Text {
  const before = digestBefore ?? plan?.digestBefore;
  const to: readonly (Span | string)[] = [
    " to ",
    code(nameIn(subject, digest)),
    " ",
    code(shortDigest(digest)),
  ];
  if (before === undefined) return text("From what it runs now (not known)", ...to);
  if (before === digest) return text("The same image again: ", ...to.slice(1));
  return text("From ", code(nameIn(subject, before)), " ", code(shortDigest(before)), ...to);
}

/** The id that the log lines and audit entries of an operation carry. */
export function referenceLine({ id }: Operation): Text {
  return text("Reference ", code(id));
}

/** A role whose people are called: its name, and whom the operator named for it on each platform. */
export type CalledRole = Omit<Extract<Span, { kind: "role" }>, "kind">;

/** Each role, mentioned where the platform knows whom to call; nothing if there is none. */
export function roleCall(roles: readonly CalledRole[]): Text {
  return text(
    ...roles
      .slice(0, shown.people)
      .flatMap((role): (Span | string)[] => [", ", { kind: "role", ...role }])
      .slice(1),
  );
}
