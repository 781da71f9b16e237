import { ChatopsError, describeError } from "../../errors.ts";
import type { Log } from "../../log.ts";
import { type ChannelId, type ChannelKind, kindOfChannel } from "../../nouns/channel.ts";
import type { Message } from "../../nouns/message.ts";
import type { ClaimedMessage, DeliveryOutcome, Store } from "../../store/store.ts";
import { backoffMs } from "../../work/backoff.ts";
import type { Clock } from "../../work/clock.ts";
import type { ChannelPort, Content, OutgoingMessage } from "./channel-port.ts";
import { createPace, type Pace, type PacedCall } from "./pace.ts";

// Longer than any request to a platform (10 s for Slack) with its pause before it, so that a lease never ends in one.
export const messageLeaseMs = 60_000;
// A lane waits this long for its place by itself; a longer pause is written down as `due_at`.
const longestLaneWaitMs = 2_000;
// Twice the request timeout after it was sent, a lost post has either arrived or never will (platform-facts).
export const doubtMs = 20_000;
const retry = { firstMs: 1_000, longestMs: 5 * 60_000 };
const strangePlaceAttempts = 3;
// Of an answer that we do not know: some 25 minutes.
const unknownAttempts = 12;
const unavailableRetry = { firstMs: 30_000, longestMs: 10 * 60_000 };

/** What to show, or why nothing is to be shown (any more). */
export type Prepared =
  | {
      readonly kind: "show";
      readonly content: Content;
      readonly thread?: string;
      /** It calls for people, who may not follow the thread. */
      readonly isCall?: boolean;
      /** The newest event about it, for the log. */
      readonly eventId?: string;
    }
  | { readonly kind: "unwanted" };

export interface DeliveryDeps {
  readonly store: Store;
  readonly ports: ReadonlyMap<ChannelKind, ChannelPort>;
  /** Renders a message from the stored state of now. */
  readonly prepare: (message: Message) => Promise<Prepared>;
  /** Whether a route of the configuration names the channel. */
  readonly isRouted: (channel: ChannelId) => boolean;
  readonly clock: Clock;
  readonly random: () => number;
  readonly log: Log;
}

/**
 * Brings one due message of a channel from what is shown to what is wanted, by one post or one edit. Gives false when
 * nothing of that channel is due. Level-triggered: however many events came, the newest state is what is sent.
 */
export function createDelivery(
  deps: DeliveryDeps,
): (channel: ChannelId, signal: AbortSignal) => Promise<boolean> {
  const paces = new Map<ChannelKind, Pace>();
  return async (channel, signal) => {
    const kind = kindOfChannel(channel);
    const port = deps.ports.get(kind);
    if (port === undefined) return false;
    const pace = paces.get(kind) ?? createPace(port.rates);
    paces.set(kind, pace);
    const claimed = await deps.store.claimMessage(channel, deps.clock.now(), messageLeaseMs);
    if (claimed === undefined) return false;
    const { outcome, eventId } = await attempt({ deps, port, pace, claimed, signal });
    const kept = await deps.store.settleMessage(claimed.message, claimed.lease, outcome);
    report(deps.log.child({ eventId }), claimed.message, outcome, kept);
    return true;
  };
}

interface Attempt {
  readonly deps: DeliveryDeps;
  readonly port: ChannelPort;
  readonly pace: Pace;
  readonly claimed: ClaimedMessage;
  readonly signal: AbortSignal;
}

async function attempt(
  run: Attempt,
): Promise<{ readonly outcome: DeliveryOutcome; readonly eventId?: string | undefined }> {
  const { message } = run.claimed;
  let eventId: string | undefined;
  try {
    const prepared = await run.deps.prepare(message);
    if (prepared.kind === "unwanted") return { outcome: { kind: "unwanted" } };
    eventId = prepared.eventId;
    return { outcome: await bring(run, prepared), eventId };
  } catch (error) {
    return { outcome: afterError(run, error, message.externalId === undefined ? "post" : "update"), eventId };
  }
}

/** Brings what is shown to what is prepared: an edit, a look for a post in doubt, or a post. */
async function bring(run: Attempt, prepared: Extract<Prepared, { kind: "show" }>): Promise<DeliveryOutcome> {
  const { message } = run.claimed;
  const outgoing: OutgoingMessage = {
    id: message.id,
    channel: message.channel,
    content: prepared.content,
    ...(prepared.thread === undefined ? {} : { thread: prepared.thread }),
    ...(prepared.isCall === true ? { isCall: true } : {}),
  };
  const hash = run.port.contentHash(prepared.content);
  if (message.externalId !== undefined || message.state === "shown") return await edit(run, outgoing, hash);
  if (message.postBegunAt !== undefined) return await resolveDoubt(run, outgoing, message.postBegunAt);
  return await post(run, outgoing, hash);
}

async function edit(run: Attempt, outgoing: OutgoingMessage, hash: string): Promise<DeliveryOutcome> {
  const { message } = run.claimed;
  const shown = { kind: "shown", version: message.wantedVersion, hash } as const;
  const { externalId } = message;
  if (!run.port.editable || externalId === undefined) return shown;
  if (message.shownHash === hash) return { ...shown, externalId };
  const late = await takePlace(run, "update");
  if (late !== undefined) return late;
  await sendOrPlain(outgoing, (content) => run.port.update(externalId, content));
  return { ...shown, externalId };
}

async function post(run: Attempt, outgoing: OutgoingMessage, hash: string): Promise<DeliveryOutcome> {
  const late = await takePlace(run, "post");
  if (late !== undefined) return late;
  const { message, lease } = run.claimed;
  const ours = await run.deps.store.beginPost(message, lease, run.deps.clock.now());
  if (!ours) return { kind: "later", dueAt: run.deps.clock.now(), error: "the lease was lost" };
  const posted = await sendOrPlain(outgoing, (content) => run.port.post(content));
  const { externalId } = posted;
  return {
    kind: "shown",
    version: message.wantedVersion,
    hash,
    ...(externalId === undefined ? {} : { externalId }),
  };
}

/** A content that the platform refuses is sent once more as plain text: better a plain card than none. */
async function sendOrPlain<T>(
  outgoing: OutgoingMessage,
  send: (message: OutgoingMessage) => Promise<T>,
): Promise<T> {
  try {
    return await send(outgoing);
  } catch (error) {
    if (error instanceof ChatopsError && error.code === "chat-content-refused")
      return await send({ ...outgoing, plain: true });
    throw error;
  }
}

/** A post was begun and its answer lost (a reset, a kill -9): look for it before it is ever sent again. */
async function resolveDoubt(
  run: Attempt,
  outgoing: OutgoingMessage,
  begunAt: number,
): Promise<DeliveryOutcome> {
  const { deps, port, claimed } = run;
  const now = deps.clock.now();
  if (port.searchable && now < begunAt + doubtMs)
    return { kind: "in-doubt", dueAt: begunAt + doubtMs, error: "the answer to the post was lost" };
  const found = await port.findPosted(outgoing, begunAt);
  if (found.kind === "posted")
    // Version 0: what it shows is of then, so that an edit brings it up to date.
    return {
      kind: "shown",
      version: Math.max(0, claimed.message.wantedVersion - 1),
      hash: "",
      externalId: found.externalId,
    };
  if (found.kind === "unknown")
    deps.log.warn(
      { step: "deliver", channel: claimed.message.channel, subject: claimed.message.subject },
      "a post is sent again without knowing whether the first one arrived: this channel cannot be searched",
    );
  return { kind: "not-posted", dueAt: now };
}

/** Waits for the platform's pace, or says until when to put it off. */
async function takePlace(run: Attempt, call: PacedCall): Promise<DeliveryOutcome | undefined> {
  const { clock } = run.deps;
  const { channel } = run.claimed.message;
  const waitMs = run.pace.peek(call, channel, clock.now());
  if (waitMs > longestLaneWaitMs)
    return { kind: "later", dueAt: clock.now() + waitMs, error: "waits for the platform's pace" };
  run.pace.reserve(call, channel, clock.now());
  if (waitMs > 0) await clock.sleep(waitMs, run.signal);
  if (run.signal.aborted) return { kind: "later", dueAt: clock.now(), error: "the bot is stopping" };
  return undefined;
}

function afterError({ deps, pace, claimed }: Attempt, error: unknown, call: PacedCall): DeliveryOutcome {
  const now = deps.clock.now();
  const { message } = claimed;
  const words = describeError(error);
  if (!(error instanceof ChatopsError)) {
    deps.log.error(
      { step: "deliver", subject: message.subject, error: words },
      "delivering failed unexpectedly",
    );
    return {
      kind: "later",
      dueAt: now + backoffMs({ ...retry, attempts: message.attempts, random: deps.random() }),
      error: words,
    };
  }
  const { retryAfterMs } = error;
  switch (error.code) {
    case "chat-in-doubt":
      // An edit may be repeated freely; only a post can double.
      if (call === "update") return { kind: "later", dueAt: now + retry.firstMs, error: words };
      return { kind: "in-doubt", dueAt: now + doubtMs, error: words };
    case "chat-message-gone":
      return { kind: "gone", error: words };
    case "chat-content-refused":
    case "chat-refused":
      return { kind: "dead", error: words };
    case "chat-channel-unavailable":
    case "chat-unauthorized":
      // A place that no route names was chosen by a command; if we cannot write there, nobody expects us to.
      if (!deps.isRouted(message.channel) && message.attempts >= strangePlaceAttempts)
        return { kind: "dead", error: words };
      return {
        kind: "later",
        dueAt: now + backoffMs({ ...unavailableRetry, attempts: message.attempts, random: deps.random() }),
        error: words,
      };
    default:
      if (error.code === "chat-answer-unknown" && message.attempts + 1 >= unknownAttempts)
        return { kind: "dead", error: words };
      if (retryAfterMs !== undefined) pace.pause(call, message.channel, now + retryAfterMs);
      return {
        kind: "later",
        dueAt: now + backoffMs({ ...retry, attempts: message.attempts, retryAfterMs, random: deps.random() }),
        error: words,
      };
  }
}

function report(log: Log, message: Message, outcome: DeliveryOutcome, kept: boolean): void {
  const fields = {
    step: "deliver",
    channel: message.channel,
    subject: message.subject,
    slot: message.slot,
    outcome: outcome.kind,
  };
  if (!kept) log.warn(fields, "a delivery's lease was lost: its result was not written");
  else if (outcome.kind === "shown") log.info(fields, "shown");
  else if (outcome.kind === "dead")
    log.error({ ...fields, error: outcome.error }, "a message cannot be delivered");
  else if ("error" in outcome) log.warn({ ...fields, error: outcome.error }, "not shown yet");
}
