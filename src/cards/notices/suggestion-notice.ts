import type { Button, Notice } from "../../nouns/card.ts";
import type { Suggestion } from "../../nouns/request.ts";
import { bold, code, type Text, text, time } from "../../nouns/text.ts";
import { acceptLabel } from "../buttons/suggestion-offer.ts";
import { shortDigest } from "../facets/digest-name.ts";
import { quotedReason } from "../facets/operation-credit.ts";
import { wordsFor } from "../facets/operation-words.ts";
import { joined } from "../text/shown-text.ts";
import {
  type CalledRole,
  type NoticeSubject,
  nameIn,
  nameOfPerson,
  noticeOf,
  roleCall,
  titleSpan,
} from "./notice-words.ts";

/**
 * What somebody without the role suggests to those who have it. `reference` is that of the button which takes it up;
 * without one it is not open any more.
 */
export function buildSuggestionNotice(
  suggestion: Suggestion,
  subject: NoticeSubject,
  roles: readonly CalledRole[],
  reference: string | undefined,
): Notice {
  const { wish, by, expiresAt } = suggestion;
  const { name } = wordsFor(wish);
  const to = wish.kind === "rollback" ? text(" to ", code(nameIn(subject, wish.digest))) : [];
  const head = text(bold(`${nameOfPerson(by)} suggests`), `: ${name}`, to, ", ", titleSpan(subject));
  const icon = "💡";
  if (reference === undefined)
    return noticeOf({ tone: "neutral", icon }, [head, text("It is not open any more.")]);
  const lines: readonly Text[] = [
    head,
    joined([roleCall(roles), text("whoever has the role can ask for it, until ", time(expiresAt))]),
    quotedReason(wish.reason),
    text("Digest: ", code(shortDigest(wish.digest))),
    text("Who asks for it becomes its requester; neither of the two can approve it."),
  ];
  const button: Button = { kind: "act", verb: "accept", label: acceptLabel, style: "primary", reference };
  return noticeOf({ tone: "accent", icon }, lines, [button]);
}
