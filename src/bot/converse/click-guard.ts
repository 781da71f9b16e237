import { buildCard } from "../../cards/artifact-card.ts";
import type { ArtifactView } from "../../cards/facets/artifact-view.ts";
import { keyOfSubject } from "../../nouns/artifact.ts";
import type { AuditEntry } from "../../nouns/audit-entry.ts";
import { type Notice, notice } from "../../nouns/card.ts";
import type { ChannelId } from "../../nouns/channel.ts";
import { personIn } from "../../nouns/same-person.ts";
import { type Known, principalOfKnown, whyNoMember } from "../../policy/roles.ts";
import { readArtifactView } from "../deliver/card-view.ts";
import type { Click, ClickDeps, Private } from "./conversation.ts";

/** Why somebody may not even press; undefined for a member, and for whom the platform has not told us of yet. */
export function strangerOf(known: Known): string | undefined {
  const unasked = known.who.membership === "unknown" && known.home === known.who.tenant;
  return unasked ? undefined : whyNoMember(known);
}

/** Somebody as if they were a member, where the platform has not told us yet: that is asked before anything is done. */
export function asMember(known: Known): Known {
  return known.who.membership === "unknown"
    ? { ...known, who: { ...known.who, membership: "member" } }
    : known;
}

/** What a card in a channel shows now; undefined: its image is not known any more. */
export async function viewOf(
  subject: string,
  channel: ChannelId,
  { store, config, clock }: ClickDeps,
): Promise<ArtifactView | undefined> {
  return await readArtifactView({ store, config: config(), now: clock.now() }, subject, channel);
}

/** An unknown, old or altered reference: answered with what is true today, brought up to date, and audited. */
export async function staleButton(input: Click, known: Known, deps: ClickDeps): Promise<Private> {
  const message = await deps.store.findMessageAt(input.channel, input.externalId);
  if (message !== undefined) await deps.store.touch(message.subject, deps.clock.now());
  const view = message === undefined ? undefined : await viewOf(message.subject, input.channel, deps);
  // What the card says now, in one line.
  const today = view === undefined ? "" : ` Today: ${buildCard(view).card.summary}.`;
  const words = `This button is out of date. Nothing was changed; the card shows what is possible now.${today}`;
  return await refuseClick(deps, known, words, "button out of date", message?.subject);
}

/** A private word that says no. */
export function refusal(said: Notice): Private {
  return { kind: "private", notice: said, isRefusal: true };
}

/** Refuses a click before anything was asked for: in words for the person, and in the audit. */
export async function refuseClick(
  deps: ClickDeps,
  known: Known,
  words: string,
  rule: string,
  subject?: string,
): Promise<Private> {
  const entry: AuditEntry = {
    id: deps.newId(),
    at: deps.clock.now(),
    who: principalOfKnown(known),
    ...personIn(known.who, deps.config().people),
    what: "click",
    outcome: "refused",
    rule,
    detail: words,
    ...(subject === undefined ? {} : keyOfSubject(subject)),
    configRevision: deps.config().revision,
  };
  const said =
    strangerOf(known) === undefined ? notice("warning", "⛔", [words]) : toStranger(known, words, deps);
  if (said.isSaidEnough !== true) await deps.store.appendAudit(entry);
  const { userId } = known.who;
  deps.log.info({ step: "decide", what: "click", userId, outcome: "refused", rule }, "decided");
  return refusal(said);
}

/** A refusal to somebody who may not ask at all, and whether they have been told it often enough lately. */
export function toStranger(
  { who }: Known,
  words: string,
  { strangerLimit, clock }: Pick<ClickDeps, "strangerLimit" | "clock">,
): Notice {
  const said = { ...notice("warning", "⛔", [words]), isForStranger: true } as const;
  return strangerLimit(who, clock.now()) > 0 ? { ...said, isSaidEnough: true } : said;
}
