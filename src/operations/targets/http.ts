import { createHmac } from "node:crypto";
import { z } from "zod";
import { secretsOfTarget } from "../../config/secrets.ts";
import { ChatopsError } from "../../errors.ts";
import type { HttpTarget } from "../../nouns/target.ts";
import {
  createGuardedClient,
  type OutgoingAnswer,
  type OutgoingRequest,
} from "../../outgoing/guarded-client.ts";
import { NotTaken } from "../../outgoing/not-taken.ts";
import { retryAfterOf } from "../../outgoing/retry-after.ts";
import { safeText, withoutSecrets } from "../../outgoing/safe-text.ts";
import type { TargetDeps } from "../target-deps.ts";
import type { Job, Plan, StepResult, StepRun, TargetPort } from "../target-port.ts";
import { checkStep } from "./check-step.ts";
import { followStep } from "./follow-step.ts";
import { redactedTail } from "./redact-log.ts";
import { type AskedOf, readJson, refusedAnswer, unusableAnswer } from "./refused-answer.ts";
import { pinned } from "./running-image.ts";

// Without a Retry-After the status is asked for every five seconds; never more often than every second.
const pollMs = 5_000;
const shortestPollMs = 1_000;

/** The body of our POST. A receiver must take fields that it does not know. */
export const DeployOrder = z.object({
  version: z.literal(1),
  /** Also the `Idempotency-Key`: the same one again is the same order, and gets the same answer. */
  operation: z.string(),
  kind: z.enum(["deploy", "redeploy", "rollback"]),
  image: z.object({
    /** `contoso.azurecr.io/shop/checkout@sha256:…`: what is to run. */
    reference: z.string(),
    registry: z.string(),
    repository: z.string(),
    digest: z.string(),
    /** For names only; it may have moved since. */
    tag: z.string().optional(),
  }),
  target: z.string(),
  requestedBy: z.string(),
  reason: z.string().optional(),
  /** RFC 3339; the same at each repetition. */
  at: z.iso.datetime(),
});
export type DeployOrder = z.infer<typeof DeployOrder>;

const words = z.string().max(20_000).optional();
const address = z.string().max(2_000).optional();
// A link that is no good is left out: what was done is done all the same.
const link = address.catch(undefined);

/** The body of a 200 to the POST. */
export const DeployAnswer = z.object({
  status: z.enum(["succeeded", "failed"]),
  message: words,
  link,
  /** Of a failure: the new image is in place and does not run well, so that going back makes sense. */
  unhealthy: z.boolean().optional(),
});

/** The body of a 202 to the POST, which has a `Location` or this. */
export const DeployAccepted = z.object({ statusUrl: address, link });

/** The body of a 200 of the status address. */
export const DeployStatus = DeployAnswer.extend({
  status: z.enum(["running", "succeeded", "failed", "cancelled"]),
});
type DeployStatus = z.infer<typeof DeployStatus>;

interface Receiver {
  readonly target: HttpTarget;
  readonly origin: string;
  readonly secrets: readonly string[];
  readonly now: () => number;
  /** Sends a request, signed. */
  call(request: OutgoingRequest, signal: AbortSignal): Promise<OutgoingAnswer>;
}

/**
 * Any system that takes a signed POST. It answers 200 when it is done, or 202 with a status address on the same origin
 * that is asked until it is. As the key makes a repetition harmless, the POST is repeated when its answer is lost.
 */
export function createHttpTarget(target: HttpTarget, deps: Pick<TargetDeps, "now">): TargetPort {
  const client = createGuardedClient({ privateNetwork: target.privateNetwork });
  const { origin } = new URL(target.url);
  const receiver: Receiver = {
    target,
    origin,
    secrets: secretsOfTarget(target),
    now: deps.now,
    call(request, signal) {
      const signed = signedHeaders(target.secret, request.body ?? "", deps.now());
      const headers = { Accept: "application/json", ...signed, ...request.headers };
      return client.send({ ...request, headers }, signal);
    },
  };
  return {
    type: "http",
    plan: async (job) => planOf(target, origin, job),
    steps: (job) => [
      checkStep(`get ready to ask ${origin}`, async () => planOf(target, origin, job)),
      {
        name: "send",
        says: `send the order to ${origin}`,
        changes: true,
        run: (run) => send(receiver, job, run),
      },
      followStep({ name: "follow", says: `wait for ${origin}` }, (run) => follow(receiver, run)),
    ],
    observe: async () => ({ kind: "unknown" }),
  };
}

async function send(receiver: Receiver, job: Job, run: StepRun): Promise<StepResult> {
  const { target } = receiver;
  const body = JSON.stringify(orderOf(target, job, run.begunAt));
  const headers = { "Content-Type": "application/json", "Idempotency-Key": job.operationId };
  const request = { method: "POST", url: target.url, headers, body } as const;
  try {
    return taken(receiver, await receiver.call(request, run.signal));
  } catch (error) {
    // Only what certainly was not done, or may be repeated, ends here; of anything else nobody knows what came of it.
    if (!(error instanceof ChatopsError) || error instanceof NotTaken || error.retryable) throw error;
    return { kind: "in-doubt", outcome: `${error.message} What it did is not known.` };
  }
}

async function follow(receiver: Receiver, { notes, signal }: StepRun): Promise<StepResult> {
  const { statusUrl, answer } = notes;
  if (statusUrl === undefined) return ended(receiver, DeployStatus.parse(JSON.parse(answer ?? "{}")));
  const given = await receiver.call({ method: "GET", url: statusUrl }, signal);
  const asked = askedOf(receiver, "tell how it is");
  if (given.status !== 200) throw refusedAnswer(given, asked, receiver.now());
  const status = readJson(given, DeployStatus);
  if (status === undefined) throw unusableAnswer(asked, { retryable: true });
  if (status.status !== "running") return ended(receiver, status);
  const asks = retryAfterOf(given.headers["retry-after"], receiver.now()) ?? pollMs;
  const progress = safeText(tailOf(status.message, receiver)) || "it is under way";
  const afterMs = Math.max(asks, shortestPollMs);
  return { kind: "wait", afterMs, progress, link: linkOf(status.link, receiver) };
}

/** The headers that say that a body is ours, now: HMAC-SHA256 of `<timestamp>.<body>`, the time in seconds. */
export function signedHeaders(secret: string, body: string, nowMs: number): Record<string, string> {
  const timestamp = String(Math.floor(nowMs / 1_000));
  const signature = createHmac("sha256", secret).update(`${timestamp}.${body}`).digest("hex");
  return { "X-Acr-Chatops-Timestamp": timestamp, "X-Acr-Chatops-Signature": `sha256=${signature}` };
}

function orderOf(target: HttpTarget, job: Job, at: number): DeployOrder {
  const { registry, repository, digest, tag } = job.image;
  return {
    version: 1,
    operation: job.operationId,
    kind: job.kind,
    image: { reference: pinned(job.image), registry, repository, digest, tag },
    target: target.name,
    requestedBy: job.requestedBy,
    reason: job.reason,
    at: new Date(at).toISOString(),
  };
}

/** What a first answer leaves to the step that follows. */
function taken(receiver: Receiver, answer: OutgoingAnswer): StepResult {
  const { origin } = receiver;
  const now = receiver.now();
  const asked = askedOf(receiver, "take the order");
  if (answer.status === 200) {
    const read = readJson(answer, DeployAnswer);
    if (read === undefined) throw unusableAnswer(asked);
    const kept = { ...read, message: tailOf(read.message, receiver) };
    return { kind: "done", notes: { answer: JSON.stringify(kept) } };
  }
  // Another request with the same key is under way there (draft-ietf-httpapi-idempotency-key-header, 2.6).
  if (answer.status === 409)
    throw refusedAnswer(answer, asked, now, retryAfterOf(answer.headers["retry-after"], now) ?? pollMs);
  // "See Other" may follow on work that was done; any other redirect means that nothing was.
  if (answer.status === 303) throw unusableAnswer(asked);
  if (answer.status !== 202) throw refusedAnswer(answer, asked, now);
  const accepted = readJson(answer, DeployAccepted);
  // An empty one would be our own address, with the key in it.
  const named = answer.headers.location || accepted?.statusUrl || undefined;
  const status = named === undefined ? null : URL.parse(named, answer.url);
  if (status === null) throw unusableAnswer(asked);
  if (status.origin === origin)
    return { kind: "done", notes: { statusUrl: status.href }, link: linkOf(accepted?.link, receiver) };
  const outcome = `${origin} took the order, but its status is on another origin, which is not asked. See there.`;
  return { kind: "in-doubt", outcome };
}

function ended(receiver: Receiver, status: DeployStatus): StepResult {
  const link = linkOf(status.link, receiver);
  const tail = tailOf(status.message, receiver);
  const said = safeText(tail);
  if (status.status === "succeeded") return { kind: "done", outcome: said, link };
  const what = status.status === "cancelled" ? "it was cancelled there" : "it failed there";
  const shown = receiver.target.logs === "tail" ? tail : said;
  const failed = { kind: "failed", outcome: shown === "" ? what : `${what}: ${shown}`, link } as const;
  return status.unhealthy === true ? { ...failed, unhealthy: true } : { ...failed, changed: "unknown" };
}

// It knows our secret, and may say it again.
function tailOf(message: string | undefined, { secrets }: Receiver): string {
  return redactedTail(withoutSecrets(message ?? "", secrets));
}

// A link of the other side is shown only if it leads there: what it says is as hostile as any text.
function linkOf(link: string | undefined, { origin, secrets }: Receiver): string | undefined {
  const url = URL.parse(link ?? "");
  const isSafe =
    url?.origin === origin && url.username === "" && withoutSecrets(url.href, secrets) === url.href;
  return isSafe ? url.href : undefined;
}

function planOf(target: HttpTarget, origin: string, job: Job): Plan {
  const lines = [
    `send a signed order to ${origin} for the target ${target.name}`,
    `with the image ${pinned(job.image)}`,
    "what runs there now is not known",
  ];
  return { kind: "change", lines };
}

function askedOf({ target, origin, secrets }: Receiver, doing: string): AskedOf {
  const secret = `Compare the secret of the target "${target.name}" with the one over there, and both clocks.`;
  return {
    system: origin,
    doing,
    secrets,
    help: {
      401: secret,
      403: secret,
      404: `Check the url of the target "${target.name}".`,
      422: "It does not take this order; its message should say why.",
    },
  };
}
