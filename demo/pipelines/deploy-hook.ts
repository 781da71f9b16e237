import { createHmac } from "node:crypto";
import { createChanges } from "../shared/changes.ts";
import { isSameSecret } from "../shared/credentials.ts";
import { type Call, json, type Reply } from "../shared/http-call.ts";
import { servePlatform } from "./serve.ts";

const maxBodyBytes = 256 * 1024;
// A signature that is older, or from further ahead, is refused: what was heard cannot be said again later.
const signatureLifeMs = 5 * 60_000;

/** How a deploy of the hook goes. */
export type HookOptions = {
  readonly port?: number;
  readonly secret: string;
  /** `at once`: 200 with the end. `later`: 202 with a Location. `later by body`: 202 with a statusUrl. */
  readonly answers?: "at once" | "later" | "later by body";
  /** Seconds, for the Retry-After of a status. */
  readonly retryAfter?: number;
  /** Deploys end by themselves, with this, after so many readings of the status; absent: only `finish` ends them. */
  readonly ends?: { readonly status: HookStatus; readonly afterReads: number };
  /** Ms since the epoch. */
  readonly now?: () => number;
  readonly onProblem?: (error: unknown) => void;
};

/** How a deploy ended. */
export type HookStatus = "succeeded" | "failed" | "cancelled";

/** One order that the hook took, as it understood it. */
export type HookOrder = {
  readonly operation: string;
  readonly body: string;
  readonly reference: string;
  readonly status: "running" | HookStatus;
  readonly message?: string;
  /** How often it was sent: the first is what counts. */
  readonly posts: number;
};

type Order = { -readonly [K in keyof HookOrder]: HookOrder[K] } & { reads: number; unhealthy?: boolean };

/** A deploy system that somebody wrote. */
export type DeployHook = Awaited<ReturnType<typeof createDeployHook>>;

/**
 * A deploy system of somebody's own, as docs/targets.md asks for: it checks the signature over time and body, takes each
 * Idempotency-Key once, and says how the deploy goes.
 */
export async function createDeployHook(options: HookOptions) {
  const onProblem = options.onProblem ?? (() => {});
  const { onChange, changed } = createChanges(onProblem);
  const now = options.now ?? Date.now;
  const orders = new Map<string, Order>();
  let origin = "";
  let refusals = 0;

  function finish(
    operation: string,
    status: HookStatus,
    more: { message?: string; unhealthy?: boolean } = {},
  ): void {
    const order = orders.get(operation);
    if (order?.status !== "running") throw new Error(`${operation} is not under way`);
    Object.assign(order, { status, ...more });
    changed();
  }

  function isSigned({ headers }: Call, body: string): boolean {
    const timestamp = String(headers["x-acr-chatops-timestamp"] ?? "");
    const given = String(headers["x-acr-chatops-signature"] ?? "");
    const hex = createHmac("sha256", options.secret).update(`${timestamp}.${body}`).digest("hex");
    const isFresh = Math.abs(Number(timestamp) * 1_000 - now()) <= signatureLifeMs;
    return isFresh && isSameSecret(given, `sha256=${hex}`);
  }

  function take(call: Call, body: string): Reply {
    const key = String(call.headers["idempotency-key"] ?? "");
    if (key === "") return json(400, { error: "Idempotency-Key is missing" });
    const known = orders.get(key);
    if (known !== undefined && known.body !== body)
      return json(422, { error: "this Idempotency-Key came with another body" });
    const parsed: { operation?: unknown; image?: { reference?: unknown } } = JSON.parse(body);
    if (parsed.operation !== key) return json(422, { error: "operation is not the Idempotency-Key" });
    const order: Order = known ?? {
      operation: key,
      body,
      reference: String(parsed.image?.reference),
      status: options.answers === "at once" ? "succeeded" : "running",
      posts: 0,
      reads: 0,
    };
    order.posts += 1;
    orders.set(key, order);
    changed();
    if (options.answers === "at once")
      return json(200, { status: "succeeded", message: "done", link: pageOf(key) });
    const statusUrl = `${origin}/deploys/${key}`;
    if (options.answers === "later by body") return json(202, { statusUrl, link: pageOf(key) });
    return { status: 202, headers: { Location: `/deploys/${key}` } };
  }

  function status(key: string): Reply {
    const order = orders.get(key);
    if (order === undefined) return json(404, { error: "no such deploy" });
    order.reads += 1;
    const { ends, retryAfter } = options;
    if (ends !== undefined && order.status === "running" && order.reads >= ends.afterReads)
      finish(key, ends.status);
    const headers: Record<string, string> =
      retryAfter === undefined ? {} : { "Retry-After": String(retryAfter) };
    const { message, unhealthy } = order;
    return json(200, { status: order.status, link: pageOf(key), message, unhealthy }, headers);
  }

  const pageOf = (key: string) => `${origin}/pages/${key}`;

  const server = await servePlatform({
    port: options.port,
    onProblem,
    answer: async (call) => {
      const body = (await call.readBody(maxBodyBytes)).toString("utf8");
      if (!isSigned(call, body)) {
        refusals += 1;
        return json(401, { error: "the signature does not fit" });
      }
      const asked = /^\/deploys\/([\w-]+)$/.exec(call.path)?.[1];
      if (call.method === "GET" && asked !== undefined) return status(asked);
      if (call.method === "POST" && call.path === "/deploy") return take(call, body);
      return json(404, { error: "nothing is here" });
    },
  });
  origin = server.origin;
  return {
    /** What a target's `url` is. */
    url: `${server.origin}/deploy`,
    origin: server.origin,
    fault: server.fault,
    /** Every order that was taken, oldest first. */
    snapshot: (): readonly HookOrder[] =>
      [...orders.values()].map(({ reads: _, ...order }) => ({ ...order })),
    /** How many calls had a wrong signature, or one that is too old. */
    refusals: () => refusals,
    onChange,
    /** Ends a deploy that is under way. */
    finish,
    close: server.close,
  };
}
