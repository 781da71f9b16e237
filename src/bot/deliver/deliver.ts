import { ChatopsError, describeError } from "../../errors.ts";
import type { Log } from "../../log.ts";
import { type ChannelId, type ChannelKind, kindOfChannel } from "../../nouns/channel.ts";
import type { Serves } from "../../nouns/due-work.ts";
import type { Message } from "../../nouns/message.ts";
import { present } from "../../present.ts";
import { createSeldom, type Seldom } from "../../seldom.ts";
import type { DeliveryOutcome, Store } from "../../store/store.ts";
import { backoffMs } from "../../work/backoff.ts";
import type { Clock } from "../../work/clock.ts";
import { type DueWork, type Outcome, usualTimes } from "../../work/kind-of-work.ts";
import { LeaseLost, type Turn } from "../../work/turn.ts";
import type { ChannelPort, OutgoingMessage } from "./channel-port.ts";
import { type Held, lineInstead } from "./hold-unconfirmed.ts";

// Channels that are written to at the same time.
const atOnce = 16;
// A message waits this long for its place in the platform's pace by itself; a longer pause is written down.
const longestMomentMs = 2_000;
// A lost post is looked for after twice the request timeout (platform-facts) and again and again; what is not there after
// a minute is posted anew: something in between may have held it for long.
export const doubtMs = 20_000;
const lastLookMs = 3 * doubtMs;
// Where nobody can look for it, each doubt may be one more copy of the card.
const doubtRetry = { firstMs: doubtMs, longestMs: 30 * 60_000 };
const retry = { firstMs: 1_000, longestMs: 5 * 60_000 };
const strangePlaceAttempts = 3;
// Of an answer that we do not know: some 25 minutes.
const unknownAttempts = 12;
const unavailableRetry = { firstMs: 30_000, longestMs: 10 * 60_000 };

/** What to show. */
export interface Prepared extends Pick<OutgoingMessage, "content" | "thread" | "isCall"> {
  /** The newest event about it, for the log. */
  readonly eventId?: string;
  /** No registry has confirmed it: so many an hour are posted. */
  readonly isCounted?: true;
}

interface DeliverDeps {
  readonly store: Store;
  readonly ports: ReadonlyMap<ChannelKind, ChannelPort>;
  /**
   * Renders a message from the stored state of now. Undefined: nothing is to be shown (any more). `unserved`: its
   * registry is not in the configuration of now; it may come back, and its card stands in the chat.
   */
  readonly prepare: (message: Message) => Promise<Prepared | Held | "unserved" | undefined>;
  /** Whether a route of the configuration names the channel. */
  readonly isRouted: (channel: ChannelId) => boolean;
  /** Names of the registries in the configuration of now. */
  readonly registries: () => readonly string[];
  readonly clock: Clock;
  readonly log: Log;
}

/**
 * Brings messages from what is shown to what is wanted, each by one post or one edit, one after the other in each
 * channel. Level-triggered: however many events came, the newest state is what is sent.
 */
export function deliverWork(given: DeliverDeps): DueWork<"deliver"> {
  const deps = { ...given, seldom: createSeldom(given.clock.now) };
  return {
    kind: "deliver",
    about: ({ channel, subject, slot }) => ({ step: "deliver", channel, subject, slot }),
    serves: () => ({ ...served([...deps.ports.values()]), registries: deps.registries() }),
    perLane: 1,
    atOnce,
    ...usualTimes,
    retry: (error) => (isUnavailable(error) ? unavailableRetry : retry),
    isForGood: (error, attempts, { channel }) => isForGood(error, attempts, deps.isRouted(channel)),
    run: (message, turn) => deliver(message, turn, deps),
    end: async (message, why, { lease }) =>
      await finish(message, lease, { kind: "dead", error: describeError(why) }, deps.log, deps),
  };
}

function served(ports: readonly ChannelPort[]): Extract<Serves, { by: "prefix" }> {
  return {
    by: "prefix",
    prefixes: ports.filter(({ channels }) => channels === undefined).map(({ kind }) => `${kind}:`),
    names: ports.flatMap(({ channels }) => channels?.() ?? []),
  };
}

/** With what keeps a channel that loses each post from filling the log. */
interface OwnDeps extends DeliverDeps {
  readonly seldom: Seldom;
}

interface Attempt {
  readonly deps: OwnDeps;
  readonly port: ChannelPort;
  readonly message: Message;
  readonly turn: Turn;
}

type Doubt = Extract<DeliveryOutcome, { kind: "in-doubt" }>;

/** What became of a try: something to write down, or a wait for the platform's pace. */
type Tried = DeliveryOutcome | { readonly kind: "wait"; readonly afterMs: number };

// How soon a card follows when its registry is back in the configuration; until then each of them is looked at so often.
const unservedMs = 5 * 60_000;

async function deliver(message: Message, turn: Turn, deps: OwnDeps): Promise<Outcome> {
  const port = deps.ports.get(kindOfChannel(message.channel));
  if (port === undefined) return { kind: "wait", afterMs: retry.longestMs };
  const prepared = await deps.prepare(message);
  if (prepared === "unserved") return { kind: "wait", afterMs: unservedMs };
  if (prepared === undefined) return await finish(message, turn.lease, { kind: "unwanted" }, deps.log, deps);
  const { wantedVersion: version } = message;
  if ("held" in prepared) {
    const until = prepared.held === "unanswered" ? { until: prepared.until } : {};
    return await finish(message, turn.lease, { kind: "held", version, ...until }, deps.log, deps);
  }
  const log = deps.log.child({ eventId: prepared.eventId });
  const line = prepared.isCounted && (await lineInstead(message, turn.lease, deps.store, deps.clock.now()));
  if (line) return await finish(message, turn.lease, { kind: "held", version, line }, log, deps);
  const tried = await bring({ deps, port, message, turn }, prepared);
  return tried.kind === "wait" ? tried : await finish(message, turn.lease, tried, log, deps);
}

async function finish(
  message: Message,
  lease: string,
  outcome: DeliveryOutcome,
  log: Log,
  { store, seldom }: Pick<OwnDeps, "store" | "seldom">,
): Promise<Outcome> {
  const kept = await store.finishDelivery(message, lease, outcome);
  report(log, message, outcome, kept, seldom);
  return { kind: "written" };
}

/** Brings what is shown to what is prepared: an edit, a look for a post in doubt, or a post. */
async function bring(run: Attempt, { eventId: _, isCounted: __, ...shown }: Prepared): Promise<Tried> {
  const { message } = run;
  const outgoing: OutgoingMessage = { id: message.id, channel: message.channel, ...shown };
  const hash = run.port.contentHash(shown.content);
  if (message.externalId !== undefined || message.state === "shown") return await edit(run, outgoing, hash);
  if (message.postBegunAt !== undefined) return await resolveDoubt(run, outgoing, message.postBegunAt);
  return await post(run, outgoing, hash);
}

async function edit(run: Attempt, outgoing: OutgoingMessage, hash: string): Promise<Tried> {
  const { message } = run;
  const shown = { kind: "shown", version: message.wantedVersion, hash } as const;
  const { externalId } = message;
  if (!run.port.editable || externalId === undefined) return shown;
  if (message.shownHash === hash) return { ...shown, externalId };
  const late = await takePlace(run, "update");
  if (late !== undefined) return late;
  const failed = await send(run, "update", outgoing, (content) => run.port.update(externalId, content));
  return failed ?? { ...shown, externalId };
}

async function post(run: Attempt, outgoing: OutgoingMessage, hash: string): Promise<Tried> {
  const late = await takePlace(run, "post");
  if (late !== undefined) return late;
  const { message, turn } = run;
  if (!(await run.deps.store.beginPost(message, turn.lease, run.deps.clock.now()))) throw new LeaseLost();
  const posted = await send(run, "post", outgoing, (content) => run.port.post(content));
  if ("kind" in posted) return posted;
  // Posted, and never to be edited: better looked for.
  if (run.port.editable && posted.externalId === undefined)
    return inDoubt(run, `${message.channel} took the post and did not say which message it is`);
  return { kind: "shown", version: message.wantedVersion, hash, ...posted };
}

function inDoubt({ deps, message: { attempts } }: Attempt, error: string): Doubt {
  const dueAt = deps.clock.now() + backoffMs({ ...doubtRetry, attempts, random: 0 });
  return { kind: "in-doubt", dueAt, error };
}

/** A content that the platform refuses is sent once more as plain text: better a plain card than none. */
async function sendOrPlain<T>(
  { port, turn }: Attempt,
  call: "post" | "update",
  outgoing: OutgoingMessage,
  send: (message: OutgoingMessage) => Promise<T>,
): Promise<T> {
  try {
    return await send(outgoing);
  } catch (error) {
    if (!(error instanceof ChatopsError) || error.code !== "chat-content-refused") throw error;
    const waitMs = await port.pace.take(port.countedAs(call, outgoing.channel), "person");
    if (waitMs > 0) await turn.pause(waitMs);
    return await send({ ...outgoing, plain: true });
  }
}

/** A post was begun and its answer lost (a reset, a kill -9): look for it before it is ever sent again. */
async function resolveDoubt(
  run: Attempt,
  outgoing: OutgoingMessage,
  begunAt: number,
): Promise<DeliveryOutcome> {
  const { deps, port, message } = run;
  const now = deps.clock.now();
  const error = "the answer to the post was lost";
  if (port.searchable && now < begunAt + doubtMs)
    return { kind: "in-doubt", dueAt: begunAt + doubtMs, error };
  const found = await port.findPosted(outgoing, begunAt);
  if (found.kind === "posted") {
    // An older version: what it shows is of then, so that an edit brings it up to date.
    const version = Math.max(0, message.wantedVersion - 1);
    return { kind: "shown", version, hash: "", externalId: found.externalId };
  }
  if (found.kind === "absent" && now < begunAt + lastLookMs)
    return { kind: "in-doubt", dueAt: now + doubtMs, error };
  if (found.kind === "unknown")
    deps.log.warn(
      { step: "deliver", channel: message.channel, subject: message.subject },
      "a post is sent again without knowing whether the first one arrived: this channel cannot be searched",
    );
  return { kind: "not-posted", dueAt: now };
}

/** Takes a place in the platform's pace, after a moment if need be, or says how long to wait for one. */
async function takePlace(run: Attempt, call: "post" | "update"): Promise<Tried | undefined> {
  const { pace, countedAs } = run.port;
  const { clock } = run.deps;
  const counted = countedAs(call, run.message.channel);
  const giveUpAt = clock.now() + longestMomentMs;
  for (;;) {
    const waitMs = await pace.take(counted, "card");
    if (waitMs === 0) return undefined;
    if (clock.now() + waitMs > giveUpAt) return { kind: "wait", afterMs: waitMs };
    await run.turn.pause(waitMs);
  }
}

/** Sends, and reads of a failure what it says of the message; what it says of the platform is thrown on. */
async function send<T>(
  run: Attempt,
  call: "post" | "update",
  outgoing: OutgoingMessage,
  how: (message: OutgoingMessage) => Promise<T>,
): Promise<T | Extract<DeliveryOutcome, { kind: "in-doubt" | "gone" }>> {
  try {
    return await sendOrPlain(run, call, outgoing, how);
  } catch (error) {
    if (!(error instanceof ChatopsError)) throw error;
    if (error.code === "chat-message-gone") return { kind: "gone", error: error.message };
    // An edit may be repeated freely; only a post can double.
    if (error.code === "chat-in-doubt" && call === "post") return inDoubt(run, error.message);
    // Refused for certain: there is nothing to look for. What nobody knows may have been posted for all that.
    if (call === "post" && error.code !== "chat-answer-unknown")
      await run.deps.store.forgetPost(run.message, run.turn.lease);
    if (error.retryAfterMs !== undefined)
      await run.port.pace.pause(run.port.countedAs(call, run.message.channel), error.retryAfterMs);
    throw error;
  }
}

function isUnavailable(error: unknown): boolean {
  const code = error instanceof ChatopsError ? error.code : undefined;
  return code === "chat-channel-unavailable" || code === "chat-unauthorized";
}

function isForGood(error: unknown, attempts: number, isRouted: boolean): boolean {
  if (!(error instanceof ChatopsError)) return false;
  if (error.code === "chat-content-refused" || error.code === "chat-refused") return true;
  if (error.code === "chat-answer-unknown") return attempts >= unknownAttempts;
  // A place that no route names was chosen by a command; if we cannot write there, nobody expects us to.
  return isUnavailable(error) && !isRouted && attempts > strangePlaceAttempts;
}

function report(log: Log, message: Message, outcome: DeliveryOutcome, kept: boolean, seldom: Seldom): void {
  const { channel, subject, slot, attempts } = message;
  const fields = { step: "deliver", channel, subject, slot, outcome: outcome.kind };
  if (outcome.kind === "held")
    log.info({ ...fields, until: outcome.until }, "held: the registry has not confirmed it");
  else if (!kept) log.warn(fields, "a delivery's lease was lost: its result was not written");
  else if (outcome.kind === "shown") log.info(fields, "shown");
  else if (outcome.kind === "dead")
    log.error({ ...fields, error: outcome.error }, "a message cannot be delivered");
  else if ("error" in outcome) {
    const times = seldom.came(`${channel} ${outcome.kind}`);
    if (attempts === 0 || times !== undefined)
      log.warn({ ...fields, error: outcome.error, ...present({ times }) }, "not shown yet");
  }
}
