import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import type { z } from "zod";
import { RegistryError } from "../registry/registry-error.ts";
import { VerbError as TeamsVerbError, VerbError } from "../shared/verb-error.ts";
import type { TeamsWorld } from "../teams/world.ts";
import type { World } from "../world.ts";
import { requests } from "./requests.ts";

// A command whose answer takes longer than Slack's 3 s says so first; its answer comes by the response_url.
const followUpMs = 20_000;

/** The demo's JSON over HTTP: what people do in the simulated world, and what can be seen of it. */
export function addApi(server: FastifyInstance, world: World, readState: () => Promise<unknown>): void {
  server.addHook("onRequest", async (request, reply) => {
    if (request.url.startsWith("/demo/api") && isOfAnotherSite(request))
      return reply.code(403).send({ error: "the demo answers its own page and scripts, no other site" });
  });
  server.get("/demo/api/state", async () => readState());
  const deeds = { ...deedsOf(world), ...(world.teams === undefined ? {} : teamsDeeds(world.teams)) };
  for (const [path, deed] of Object.entries(deeds)) server.post(`/demo/api${path}`, deed);
}

/** What can be asked for, by path below /demo/api. */
function deedsOf({ registry, slack, kubernetes }: World): Readonly<Record<string, Deed>> {
  return {
    "/registry/push": deed(requests.push, ({ broken, ...asked }) => {
      const pushed = registry.push(defined(asked));
      if (broken === true) kubernetes?.breakImage(pushed.digest);
      return pushed;
    }),
    "/registry/delete": deed(requests.remove, (asked) => registry.delete(defined(asked))),
    "/registry/quarantine-policy": deed(requests.quarantinePolicy, ({ enabled }) =>
      registry.setQuarantinePolicy(enabled),
    ),
    "/slack/click": deed(requests.click, async (asked) => {
      const { status, body, error } = await slack.click(defined(asked));
      return { ok: error === undefined, status, body, ...(error === undefined ? {} : { error }) };
    }),
    "/slack/submit": deed(requests.submit, async (asked) => {
      const { errors, outcome } = await slack.submit(asked);
      if (Object.keys(errors).length > 0) return { ok: false, errors, outcome };
      return { ok: outcome !== "failed", outcome };
    }),
    "/slack/close": deed(requests.close, (asked) => slack.closeView(asked).then(() => undefined)),
    "/slack/command": deed(requests.command, (asked) => type(slack, asked)),
    "/slack/fault": deed(requests.fault, (asked) => {
      slack.fault(defined(asked));
    }),
  };
}

function teamsDeeds(teams: TeamsWorld): Readonly<Record<string, Deed>> {
  return {
    "/teams/click": deed(requests.teamsClick, async (asked) => {
      const { outcome, dialogId, text, status } = await teams.click(defined(asked));
      return { ok: outcome !== "failed", ...defined({ outcome, dialogId, text, status }) };
    }),
    "/teams/submit": deed(requests.teamsSubmit, async (asked) => {
      const { delivery, ...submitted } = await teams.submit(defined(asked));
      return { ok: submitted.outcome !== "failed" && submitted.outcome !== "invalid", ...submitted };
    }),
    "/teams/close": deed(requests.teamsClose, (asked) => {
      teams.closeDialog(asked);
    }),
    "/teams/message": deed(requests.teamsMessage, async (asked) => {
      const { id, delivery } = await teams.message(defined(asked));
      return { ok: true, id, ...defined({ status: delivery?.status }) };
    }),
    "/teams/fault": deed(requests.fault, (asked) => {
      teams.fault(defined(asked));
    }),
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

/** Any site that is open in a browser can call loopback, and by a name of its own (DNS rebinding) read the answer. */
function isOfAnotherSite({ headers }: FastifyRequest): boolean {
  const { host = "", origin } = headers;
  if (origin !== undefined && URL.parse(origin)?.host !== host) return true;
  return !/^(?:localhost|127\.0\.0\.1|\[::1\])(?::\d+)?$/.test(host);
}

type Deed = (request: FastifyRequest, reply: FastifyReply) => Promise<unknown>;

/** Reads the body by its schema and does what it asks for; what the world refuses is answered in its own words. */
function deed<Schema extends z.ZodType>(schema: Schema, act: (asked: z.infer<Schema>) => unknown): Deed {
  return async (request, reply) => {
    const parsed = schema.safeParse(jsonOf(request.body));
    if (!parsed.success) {
      const [issue] = parsed.error.issues;
      const where = issue?.path.join(".") || "body";
      return reply.code(422).send({ error: `${where}: ${issue?.message ?? "not understood"}` });
    }
    try {
      return (await act(parsed.data)) ?? { ok: true };
    } catch (error) {
      if (error instanceof VerbError || error instanceof TeamsVerbError)
        return reply.code(409).send({ error: error.message });
      if (error instanceof RegistryError) return reply.code(error.status).send({ error: error.message });
      throw error;
    }
  };
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
