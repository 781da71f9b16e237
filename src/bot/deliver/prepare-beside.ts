import { voteOffers } from "../../cards/buttons/operation-buttons.ts";
import { acceptOffer } from "../../cards/buttons/suggestion-offer.ts";
import { buildDeletedAlert, buildLostAlert } from "../../cards/deleted-alert.ts";
import type { ArtifactView } from "../../cards/facets/artifact-view.ts";
import { nameOfDigest, titleOf } from "../../cards/facets/digest-name.ts";
import { buildApprovalCall } from "../../cards/notices/approval-call.ts";
import { buildGlassNotice } from "../../cards/notices/glass-notice.ts";
import type { CalledRole, NoticeSubject } from "../../cards/notices/notice-words.ts";
import { buildOperationNotice } from "../../cards/notices/operation-notice.ts";
import { buildSuggestionNotice } from "../../cards/notices/suggestion-notice.ts";
import type { Config } from "../../config/config.ts";
import type { Notice } from "../../nouns/card.ts";
import { type ChannelId, isTwoWay, platformOf } from "../../nouns/channel.ts";
import { type Message, wasBegun } from "../../nouns/message.ts";
import type { Operation } from "../../nouns/operation.ts";
import { countApprovals } from "../../policy/approvals.ts";
import { ownOf } from "../../policy/question.ts";
import { operatorRole } from "../../policy/roles.ts";
import { closedAmong, whyClosed } from "../../policy/verdict-on-suggestion.ts";
import { present } from "../../present.ts";
import type { Store } from "../../store/store.ts";
import type { Prepared } from "./deliver.ts";

interface BesideDeps {
  readonly store: Store;
  readonly config: Config;
  readonly now: number;
}

/** Prepares what stands beside a card: replies in its thread, and messages of their own (`alert`, `glass`). */
export async function prepareBeside(
  message: Message,
  view: ArtifactView,
  deps: BesideDeps,
): Promise<Prepared | undefined> {
  const { slot } = message;
  const [kind = "", id = ""] = [slot.slice(0, slot.indexOf(":")), slot.slice(slot.indexOf(":") + 1)];
  const notice = await noticeFor(kind, id, message, view, deps);
  if (notice === undefined) return undefined;
  const content = { kind: "notice", notice } as const;
  if (kind === "alert" || kind === "glass") return { content };
  // It is for people who may not follow the thread, so the channel sees it too where that is possible.
  const isCall = kind === "approval" || kind === "suggestion" ? true : undefined;
  return present({ content, thread: await threadOf(message, deps), isCall });
}

async function noticeFor(
  kind: string,
  id: string,
  message: Message,
  view: ArtifactView,
  deps: BesideDeps,
): Promise<Notice | undefined> {
  switch (kind) {
    case "alert":
      return id === "platform" ? buildLostAlert(view) : buildDeletedAlert(view);
    case "glass":
      return await glassOf(message, id, subjectIn(view), deps);
    case "approval":
      return await approvalOf(message, id, view, deps);
    case "suggestion":
      return await suggestionOf(message, id, view, deps);
    default: {
      const operation = await deps.store.findOperation(id);
      return operation === undefined ? undefined : buildOperationNotice(operation, subjectIn(view));
    }
  }
}

async function approvalOf(
  message: Message,
  id: string,
  view: ArtifactView,
  { store, config }: BesideDeps,
): Promise<Notice | undefined> {
  const operation = await store.findOperation(id);
  if (operation === undefined) return undefined;
  const isOpen = operation.state === "awaiting-approval";
  // Over before it was posted: nobody is called for it.
  if (!isOpen && !wasBegun(message)) return undefined;
  const votes = isOpen ? voteOffers(view, operation) : [];
  await store.saveButtons(votes.map(({ meaning }) => meaning));
  return buildApprovalCall(
    operation,
    subjectIn(view),
    countApprovals(operation, config.people),
    await calledHere(message, operation.channel, operation.approvals?.from ?? [], { store, config }),
    votes.map(({ button }) => button),
  );
}

async function suggestionOf(
  message: Message,
  id: string,
  view: ArtifactView,
  { store, config, now }: BesideDeps,
): Promise<Notice | undefined> {
  const suggestion = await store.findStanding("suggestion", id);
  if (suggestion === undefined) return undefined;
  const { registry, repository } = suggestion.wish;
  const operations = await store.operationsOfRepository(registry, repository, closedAmong);
  const isOpen = whyClosed(suggestion, operations, now) === undefined;
  if (!isOpen && !wasBegun(message)) return undefined;
  const { channel, subject, incarnation } = message;
  const offer = isOpen ? acceptOffer({ suggestion, channel, subject, incarnation }) : undefined;
  await store.saveButtons(offer === undefined ? [] : [offer.meaning]);
  const roles = await calledHere(message, suggestion.channel, suggestion.roles, { store, config });
  return buildSuggestionNotice(suggestion, subjectIn(view), roles, offer?.button.reference);
}

async function glassOf(
  message: Message,
  id: string,
  subject: NoticeSubject,
  { store, config }: BesideDeps,
): Promise<Notice | undefined> {
  const [operationId = "", part] = id.split("/");
  const operation = await store.findOperation(operationId);
  if (operation === undefined) return undefined;
  // The first of the two tells what was asked for, also where it has ended before it could be posted.
  const told: Operation = part === "ended" ? operation : { ...operation, state: "queued" };
  const passed = passedOver(operation, config);
  const roles = await calledHere(message, operation.channel, passed, { store, config });
  return buildGlassNotice(told, subject, roles);
}

/** Those whose say was not waited for, and whoever runs the bot. */
function passedOver({ target = "" }: Operation, { targets }: Config): readonly string[] {
  const from = Object.hasOwn(targets, target) ? targets[target]?.approvals?.from : undefined;
  return [...new Set([...(from ?? []), operatorRole])];
}

/** The roles that a message calls: by mention in one channel of each platform, by name alone in the others. */
async function calledHere(
  message: Message,
  asked: ChannelId | undefined,
  names: readonly string[],
  { store, config }: Pick<BesideDeps, "store" | "config">,
): Promise<readonly CalledRole[]> {
  const calls = isFirst(message, asked, await store.messagesOf(message.subject));
  return names.flatMap((name) => {
    const role = ownOf(config.roles, name);
    return role === undefined ? [] : [{ name, ...(calls ? role.notify : {}) }];
  });
}

/** Whether it is the one of its platform that mentions people: where it was asked for, else the first. */
function isFirst(message: Message, asked: ChannelId | undefined, all: readonly Message[]): boolean {
  const same = all.filter(
    ({ slot, incarnation, channel, state }) =>
      slot === message.slot &&
      incarnation === message.incarnation &&
      platformOf(channel) === platformOf(message.channel) &&
      state !== "dead",
  );
  const first =
    same.find(({ channel }) => channel === asked) ?? same.find(({ channel }) => isTwoWay(channel));
  return (first ?? same[0])?.channel === message.channel;
}

function subjectIn(view: ArtifactView): NoticeSubject {
  return { title: titleOf(view), nameOf: (digest) => nameOfDigest(view, digest) };
}

/** The message of the card itself, if it is shown. */
async function threadOf(message: Message, { store }: BesideDeps): Promise<string | undefined> {
  const root = (await store.messagesOf(message.subject)).find(
    ({ slot, channel, incarnation }) =>
      slot === "root" && channel === message.channel && incarnation === message.incarnation,
  );
  return root?.state === "shown" ? root.externalId : undefined;
}
