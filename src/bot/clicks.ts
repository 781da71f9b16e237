import { buildCard } from "../cards/artifact-card.ts";
import { asks, buildAskDialog, reasonInputId } from "../cards/ask-dialog.ts";
import { sharedReference } from "../cards/button-reference.ts";
import { buildDetailsDialog } from "../cards/details-dialog.ts";
import type { Config } from "../config/config.ts";
import type { Log } from "../log.ts";
import { keyOfSubject } from "../nouns/artifact.ts";
import type { AuditEntry } from "../nouns/audit-entry.ts";
import type { Card, Notice } from "../nouns/card.ts";
import type { ChannelId } from "../nouns/channel.ts";
import type { Dialog } from "../nouns/dialog.ts";
import type { Principal } from "../nouns/principal.ts";
import type { ButtonMeaning, Wish } from "../nouns/request.ts";
import { text } from "../nouns/text.ts";
import { personIn } from "../policy/people.ts";
import { type Known, whyNoMember, whyNoReader } from "../policy/roles.ts";
import type { Store } from "../store/store.ts";
import type { Clock } from "../work/clock.ts";
import type { Ask } from "./ask.ts";
import { readArtifactView } from "./card-view.ts";
import { notice } from "./commands/command.ts";
import type { People } from "./people.ts";

export interface Click {
  readonly requestId: string;
  readonly who: Principal;
  readonly channel: ChannelId;
  /** The platform's id of the message that was clicked. */
  readonly externalId: string;
  /** As the client sent it: it means only what the store says it means. */
  readonly reference: string;
}

export interface Submission {
  readonly requestId: string;
  readonly who: Principal;
  readonly reference: string;
  readonly values: Readonly<Record<string, string>>;
}

interface Private {
  readonly kind: "private";
  readonly notice: Notice;
}

export type ClickAnswer = { readonly kind: "dialog"; readonly dialog: Dialog } | Private;

export type SubmitAnswer =
  /** `asked`: an operation is on its way and the card shows it; else the card may show nothing of it, or not yet. */
  | { readonly kind: "accepted"; readonly as: "asked" | "observed" | "later"; readonly notice: Notice }
  | { readonly kind: "refused"; readonly notice: Notice }
  /** By input id, in words for the person; the dialog to ask again with, where a platform has to show it anew. */
  | {
      readonly kind: "errors";
      readonly errors: Readonly<Record<string, string>>;
      readonly dialog: Dialog | undefined;
    };

export interface ClickDeps {
  readonly store: Store;
  readonly config: () => Config;
  readonly people: People;
  readonly ask: Ask;
  readonly clock: Clock;
  readonly newId: () => string;
  readonly log: Log;
}

const reasonMinCharacters = 3;
const reasonMaxCharacters = 500;

/** Answers a click: a dialog that asks, or a private word. A click alone changes nothing. */
export async function click(input: Click, deps: ClickDeps): Promise<ClickAnswer> {
  const known = await deps.people.recall(input.who);
  const stranger = strangerOf(known);
  if (stranger !== undefined) return await refuse(deps, known, stranger, "membership");
  const meaning = await deps.store.findButton(input.reference);
  if (meaning === undefined || meaning.channel !== input.channel)
    return await staleButton(input, known, deps);
  const view = await viewOf(meaning.subject, meaning.channel, deps);
  if (view === undefined) return await staleButton(input, known, deps);
  if (!asks(meaning)) {
    const noReader = whyNoReader(asMember(known), deps.config().roles);
    if (noReader !== undefined) return await refuse(deps, known, noReader, "viewer", meaning.subject);
    const story = (await deps.store.happeningsOf(view.artifact, 50)).filter(
      (one) => one.channel === undefined || one.channel === meaning.channel,
    );
    return { kind: "dialog", dialog: buildDetailsDialog(view, story, meaning.reference) };
  }
  if (meaning.incarnation !== view.artifact.incarnation || !view.actable)
    return await staleButton(input, known, deps);
  const wish = wishOf(meaning, meaning.verb, "to be asked");
  // Somebody whom the platform has not told us of yet is refused at once for a missing role; whether they are a full
  // member is asked meanwhile and decided when the dialog comes back.
  const decision = await deps.ask.preview(wish, asMember(known));
  if (decision.outcome === "refused")
    return { kind: "private", notice: notice("warning", "⛔", [decision.why, decision.help]) };
  return { kind: "dialog", dialog: buildAskDialog(view, meaning) };
}

export type ShowAnswer = { readonly kind: "card"; readonly card: Card } | Private;

/** The card that a button stands on, as it is today: for somebody who looks at its details in its place. */
export async function showCard(input: Click, deps: ClickDeps): Promise<ShowAnswer> {
  const known = await deps.people.recall(input.who);
  const stranger = strangerOf(known) ?? whyNoReader(asMember(known), deps.config().roles);
  if (stranger !== undefined) return await refuse(deps, known, stranger, "membership or viewer");
  const meaning = await deps.store.findButton(input.reference);
  if (meaning === undefined || meaning.channel !== input.channel)
    return await staleButton(input, known, deps);
  const view = await viewOf(meaning.subject, meaning.channel, deps);
  if (view === undefined) return await staleButton(input, known, deps);
  const past = meaning.incarnation !== view.artifact.incarnation;
  const { card, buttons } = buildCard(past ? { ...view, actable: false } : view);
  await deps.store.saveButtons(buttons);
  return { kind: "card", card };
}

/** Answers a submitted dialog: on disk first, then decided. Throws `store-unwritable`: then nothing is acknowledged. */
export async function submit(input: Submission, deps: ClickDeps): Promise<SubmitAnswer> {
  const meaning = await deps.store.findButton(input.reference);
  if (meaning === undefined || meaning.verb === "details")
    return {
      kind: "refused",
      notice: notice("warning", "⛔", ["This dialog is out of date. Nothing was changed."]),
    };
  const reason = (input.values[reasonInputId] ?? "").trim();
  const needed = meaning.verb === "release" || meaning.verb === "reject";
  if (needed && [...reason].length < reasonMinCharacters)
    return await askAgain(meaning, "Say why, in a few words: it is kept with the decision.", deps);
  if ([...reason].length > reasonMaxCharacters)
    return await askAgain(meaning, `At most ${reasonMaxCharacters} characters.`, deps);
  const asked = await deps.ask.ask({
    id: input.requestId,
    who: input.who,
    // A card in Slack and one in Teams offer the same: whoever presses second gets what the first was told.
    buttonReference: sharedReference(meaning.reference),
    channel: meaning.channel,
    wish: wishOf(meaning, meaning.verb, reason),
    at: deps.clock.now(),
  });
  if (asked.kind === "later")
    return {
      kind: "accepted",
      as: "later",
      notice: notice("neutral", "⏳", ["Recorded; the outcome will show on the card."]),
    };
  const { outcome, answer } = asked.verdict;
  if (outcome === "refused") return { kind: "refused", notice: notice("warning", "⛔", [answer]) };
  const isObserved = outcome === "observed";
  const said = notice("accent", isObserved ? "👁️" : "🚀", [answer]);
  return { kind: "accepted", as: isObserved ? "observed" : "asked", notice: said };
}

async function askAgain(meaning: ButtonMeaning, why: string, deps: ClickDeps): Promise<SubmitAnswer> {
  const view = asks(meaning) ? await viewOf(meaning.subject, meaning.channel, deps) : undefined;
  const dialog = view === undefined || !asks(meaning) ? undefined : buildAskDialog(view, meaning);
  return { kind: "errors", errors: { [reasonInputId]: why }, dialog };
}

async function viewOf(subject: string, channel: ChannelId, deps: ClickDeps) {
  const now = deps.clock.now();
  return await readArtifactView({ store: deps.store, config: deps.config(), now }, subject, channel);
}

function asMember(known: Known): Known {
  return known.who.membership === "unknown"
    ? { ...known, who: { ...known.who, membership: "member" } }
    : known;
}

function strangerOf(known: Known): string | undefined {
  const unasked = known.who.membership === "unknown" && known.home === known.who.tenant;
  return unasked ? undefined : whyNoMember(known.who, known.home);
}

function wishOf(meaning: ButtonMeaning, kind: Wish["kind"], reason: string): Wish {
  const { registry, repository } = keyOfSubject(meaning.subject);
  return {
    kind,
    registry,
    repository,
    digest: meaning.digest,
    ...(meaning.tag === undefined ? {} : { tag: meaning.tag }),
    ...(meaning.target === undefined ? {} : { target: meaning.target }),
    ...(meaning.expectedCurrent === undefined ? {} : { expectedCurrent: meaning.expectedCurrent }),
    ...(meaning.expectedQuarantine === undefined ? {} : { expectedQuarantine: meaning.expectedQuarantine }),
    ...(reason === "" ? {} : { reason }),
  };
}

/** An unknown, old or altered reference: answered with what is true today, brought up to date, and audited. */
async function staleButton(input: Click, known: Known, deps: ClickDeps): Promise<Private> {
  const message = await deps.store.findMessageAt(input.channel, input.externalId);
  if (message !== undefined) await deps.store.touch(message.subject, deps.clock.now());
  const today = message === undefined ? undefined : await todayOf(message.subject, input.channel, deps);
  const words = "This button is out of date. Nothing was changed; the card shows what is possible now.";
  return await refuse(
    deps,
    known,
    today === undefined ? words : `${words} Today: ${today}.`,
    "button out of date",
    message?.subject,
  );
}

/** What the card says today, in one line. */
async function todayOf(subject: string, channel: ChannelId, deps: ClickDeps): Promise<string | undefined> {
  const view = await viewOf(subject, channel, deps);
  return view === undefined ? undefined : buildCard(view).card.summary;
}

async function refuse(
  deps: ClickDeps,
  known: Known,
  words: string,
  rule: string,
  subject?: string,
): Promise<Private> {
  const { platform, tenant, userId, name } = known.who;
  const entry: AuditEntry = {
    id: deps.newId(),
    at: deps.clock.now(),
    who: { platform, tenant, userId, name },
    ...personIn(known.who, deps.config().people),
    what: "click",
    outcome: "refused",
    rule,
    detail: words,
    ...(subject === undefined ? {} : keyOfSubject(subject)),
    configRevision: deps.config().revision,
  };
  await deps.store.appendAudit(entry);
  deps.log.info({ step: "decide", what: "click", userId, outcome: "refused", rule }, "decided");
  return { kind: "private", notice: notice("warning", "⛔", [text(words)]) };
}
