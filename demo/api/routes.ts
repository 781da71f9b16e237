import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import type { z } from "zod";
import { RegistryError } from "../registry/registry-error.ts";
import { VerbError } from "../slack/verb-error.ts";
import type { World } from "../world.ts";
import { requests } from "./requests.ts";

type Requests = typeof requests;
type Handlers = {
  readonly [Path in keyof Requests]: (asked: z.infer<Requests[Path]>) => Promise<unknown> | unknown;
};

// A command whose answer takes longer than Slack's 3 s says so first; its answer comes by the response_url.
const followUpMs = 20_000;

/** The demo's JSON over HTTP: what people do in the simulated world, and what can be seen of it. */
export function addApi(server: FastifyInstance, world: World, readState: () => Promise<unknown>): void {
  server.get("/demo/api/state", async () => readState());
  const handlers = handlersOf(world);
  for (const path of Object.keys(requests) as (keyof Requests)[]) {
    server.post(`/demo/api${path}`, (request, reply) =>
      handle(request, reply, requests[path], handlers[path]),
    );
  }
}

function handlersOf({ registry, slack }: World): Handlers {
  return {
    "/registry/push": (asked) => registry.push(defined(asked)),
    "/registry/delete": (asked) => {
      registry.delete(defined(asked));
      return { ok: true };
    },
    "/registry/quarantine-policy": ({ enabled }) => {
      registry.setQuarantinePolicy(enabled);
      return { ok: true };
    },
    "/slack/click": async (asked) => {
      const { status, body, error } = await slack.click(defined(asked));
      return { ok: error === undefined, status, body, ...(error === undefined ? {} : { error }) };
    },
    "/slack/submit": async (asked) => {
      const { errors, outcome } = await slack.submit(asked as Parameters<typeof slack.submit>[0]);
      return Object.keys(errors).length > 0
        ? { ok: false, errors, outcome }
        : { ok: outcome !== "failed", outcome };
    },
    "/slack/close": async (asked) => {
      await slack.closeView(asked);
      return { ok: true };
    },
    "/slack/command": (asked) => type(slack, asked),
    "/slack/fault": (asked) => {
      slack.fault(defined(asked));
      return { ok: true };
    },
  };
}

/** `/acr …` is a slash command, `@acr …` a mention, and what is typed into a direct message needs neither. */
async function type(
  slack: World["slack"],
  asked: { channel: string; user: string; text: string },
): Promise<unknown> {
  if (asked.text.startsWith("/")) {
    const answer = await slack.command(asked);
    if (answer.body.includes("Working on it"))
      await slack.waitFor(() => answer.followUps.length > 0, followUpMs).catch(() => undefined);
    return { status: answer.status, body: answer.json ?? answer.body, followUps: answer.followUps };
  }
  const typed = asked.text.replace(/^@acr\b\s*/, "");
  const delivery = asked.channel.startsWith("D")
    ? await slack.directMessage({ user: asked.user, text: typed })
    : await slack.mention({ ...asked, text: `<@${slack.bot.userId}> ${typed}` });
  return { status: delivery.attempts.at(-1)?.status ?? 0 };
}

async function handle<Schema extends z.ZodType>(
  request: FastifyRequest,
  reply: FastifyReply,
  schema: Schema,
  act: (asked: z.infer<Schema>) => Promise<unknown> | unknown,
): Promise<unknown> {
  // The page sends JSON, which other sites' pages cannot send here without asking first.
  const parsed = schema.safeParse(jsonOf(request.body));
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    return reply
      .code(422)
      .send({ error: `${issue?.path.join(".") || "body"}: ${issue?.message ?? "not understood"}` });
  }
  try {
    return (await act(parsed.data)) ?? { ok: true };
  } catch (error) {
    if (error instanceof VerbError) return reply.code(409).send({ error: error.message });
    if (error instanceof RegistryError) return reply.code(error.status).send({ error: error.message });
    throw error;
  }
}

function jsonOf(body: unknown): unknown {
  try {
    return JSON.parse(Buffer.isBuffer(body) ? body.toString("utf8") : "");
  } catch {
    return undefined; // answered 422
  }
}

type Defined<T> = { [Key in keyof T]: Exclude<T[Key], undefined> };

/** Without the keys whose value is undefined, which the world takes for given. */
function defined<T extends object>(value: T): Defined<T> {
  return Object.fromEntries(Object.entries(value).filter(([, one]) => one !== undefined)) as Defined<T>;
}
