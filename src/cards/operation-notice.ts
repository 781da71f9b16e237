import type { Notice, Tone } from "../nouns/card.ts";
import { isFinished, type Operation } from "../nouns/operation.ts";
import { bold, code, type Span, type Text, text } from "../nouns/text.ts";
import { cleanLine } from "./clean-text.ts";
import { cutEnd, cutMiddle } from "./cut-text.ts";
import { shortDigest } from "./digest-name.ts";
import { shown } from "./limits.ts";
import { wordsFor } from "./operation-words.ts";

/** What an operation's reply needs besides the operation. */
export interface NoticeSubject {
  /** `shop/checkout:1.4.2`: the card's title. */
  readonly title: string;
  /** What people call a digest of this repository; the short digest by default. */
  readonly nameOf?: (digest: string) => string;
}

/**
 * The reply in the card's thread about one operation: who asked, what came of it, whether anything changed and what to
 * do. Before it is finished it says how far it is.
 */
export function buildOperationNotice(operation: Operation, subject: NoticeSubject): Notice {
  const lines = [headline(operation, subject), ...rest(operation, subject)].filter((line) => line.length > 0);
  return { ...look(operation), lines, buttons: [] };
}

function look({ state }: Operation): { readonly tone: Tone; readonly icon: string } {
  if (state === "succeeded") return { tone: "good", icon: "✅" };
  if (state === "failed") return { tone: "attention", icon: "❌" };
  if (state === "in-doubt") return { tone: "attention", icon: "❓" };
  return { tone: "accent", icon: "🔄" };
}

function headline(operation: Operation, { title }: NoticeSubject): Text {
  const words = wordsFor(operation);
  const what: readonly (Span | string)[] = [": ", code(cutMiddle(cleanLine(title), shown.title))];
  const asked: readonly (Span | string)[] = [" · asked by ", { kind: "person", who: operation.requestedBy }];
  const said = {
    queued: words.name,
    running: `${words.doing}…`,
    succeeded: words.done,
    failed: `${words.name} failed`,
    "in-doubt": `${words.name} is in doubt`,
  }[operation.state];
  return text(bold(said), ...what, ...asked);
}

function rest(operation: Operation, subject: NoticeSubject): readonly Text[] {
  if (!isFinished(operation)) return [];
  const said = cutEnd(cleanLine(operation.outcome ?? "").trim(), shown.outcome);
  const outcome = said === "" ? [] : text(said);
  if (operation.state === "succeeded") return [changed(operation, subject), reasonLine(operation), outcome];
  return [outcome, unchanged(operation, subject), help(operation), reference(operation)];
}

function changed(operation: Operation, subject: NoticeSubject): Text {
  const { digestBefore, digest, target } = operation;
  if (target === undefined) return text(code(shortDigest(digest)));
  const now = text(code(nameIn(subject, digest)), " ", code(shortDigest(digest)));
  if (digestBefore === undefined) return text(`${target} now runs `, ...now);
  if (digestBefore === digest) return text(`${target} runs `, ...now, ", as before");
  return text(`${target} now runs `, ...now, ", before ", code(nameIn(subject, digestBefore)));
}

function reasonLine({ reason }: Operation): Text {
  const said = cutEnd(cleanLine(reason ?? "").trim(), shown.reason);
  return said === "" ? [] : text(`“${said}”`);
}

function unchanged({ state, target, digestBefore, kind }: Operation, subject: NoticeSubject): Text {
  const what = target ?? "the registry";
  if (state === "in-doubt")
    return text(
      `It is not known whether ${what} was changed: the answer was lost. Look there before you try again.`,
    );
  if (kind === "release" || kind === "reject")
    return text("Nothing was changed: its quarantine is as it was.");
  return digestBefore === undefined
    ? text("Nothing was changed.")
    : text(`Nothing was changed: ${what} still runs `, code(nameIn(subject, digestBefore)), ".");
}

function help({ state }: Operation): Text {
  return state === "in-doubt"
    ? text("If it was not done, press Retry on the card: the same digest again does no harm.")
    : text("Press Retry on the card once the cause is gone, or ask an operator.");
}

/** The id that the log lines and audit entries of this operation carry. */
function reference({ id }: Operation): Text {
  return text("Reference ", code(id));
}

function nameIn({ nameOf }: NoticeSubject, digest: string): string {
  return cutMiddle(cleanLine(nameOf?.(digest) ?? shortDigest(digest)), shown.name);
}
