import { buildCard } from "../../cards/artifact-card.ts";
import type { ArtifactView } from "../../cards/facets/artifact-view.ts";
import { keyOfSubject } from "../../nouns/artifact.ts";
import type { AuditEntry } from "../../nouns/audit-entry.ts";
import { notice } from "../../nouns/card.ts";
import type { ChannelId } from "../../nouns/channel.ts";
import { text } from "../../nouns/text.ts";
import { personIn } from "../../policy/persons.ts";
import { type Known, whyNoMember } from "../../policy/roles.ts";
import { readArtifactView } from "../deliver/card-view.ts";
import type { Click, ClickDeps, Private } from "./conversation.ts";

/** Why somebody may not even press; undefined for a member, and for whom the platform has not told us of yet. */
export function strangerOf(known: Known): string | undefined {
  const unasked = known.who.membership === "unknown" && known.home === known.who.tenant;
  return unasked ? undefined : whyNoMember(known.who, known.home);
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
  deps: ClickDeps,
): Promise<ArtifactView | undefined> {
  const now = deps.clock.now();
  return await readArtifactView({ store: deps.store, config: deps.config(), now }, subject, channel);
}

/** An unknown, old or altered reference: answered with what is true today, brought up to date, and audited. */
export async function staleButton(input: Click, known: Known, deps: ClickDeps): Promise<Private> {
  const message = await deps.store.findMessageAt(input.channel, input.externalId);
  if (message !== undefined) await deps.store.touch(message.subject, deps.clock.now());
  const today = message === undefined ? undefined : await todayOf(message.subject, input.channel, deps);
  const words = "This button is out of date. Nothing was changed; the card shows what is possible now.";
  return await refuseClick(
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

/** Refuses a click before anything was asked for: in words for the person, and in the audit. */
export async function refuseClick(
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
