import type { ServerResponse } from "node:http";
import Fastify from "fastify";
import type { Page } from "../../demo/page/build.ts";
import { pageRoutes } from "../../demo/page/routes.ts";
import type { SampleWorld } from "./sample-world.ts";

export type Asked = { readonly path: string; readonly body: unknown };
type Answer = { readonly status?: number; readonly body: unknown };

/** The demo's page over an API that records what it is asked and answers what a test says. */
export async function startFakeDemoApi(deps: { page: Page; world: SampleWorld; port?: number }) {
  const app = Fastify({ forceCloseConnections: true });
  const streams = new Set<ServerResponse>();
  const waiting: { path: string; resolve: (asked: Asked) => void }[] = [];
  const asked: Asked[] = [];
  const answers = new Map<string, (body: unknown) => Answer | Promise<Answer>>();
  let world = deps.world;
  let streaming = true;

  pageRoutes(app, deps.page);
  app.get("/demo/api/state", () => world);
  app.get("/demo/api/events", (_request, reply) => {
    if (!streaming) return reply.code(503).send({ error: "no events today" });
    reply.hijack();
    reply.raw.writeHead(200, { "content-type": "text/event-stream", "cache-control": "no-store" });
    reply.raw.write(`data: ${JSON.stringify(world)}\n\n`);
    streams.add(reply.raw);
    reply.raw.on("close", () => streams.delete(reply.raw));
    return reply;
  });
  app.post("/demo/api/*", async (request, reply) => {
    const one: Asked = { path: request.url.slice("/demo/api".length), body: request.body };
    const answer = (await answers.get(one.path)?.(one.body)) ?? { body: { ok: true } };
    asked.push(one);
    for (const waiter of waiting.filter(({ path }) => path === one.path)) {
      waiting.splice(waiting.indexOf(waiter), 1);
      waiter.resolve(one);
    }
    return reply.code(answer.status ?? 200).send(answer.body);
  });
  const address = await app.listen({ host: "127.0.0.1", port: deps.port ?? 0 });

  return {
    address: `${address}/demo`,
    asked,
    /** Changes the world and tells every open page. */
    show(next: SampleWorld): void {
      world = next;
      for (const stream of streams) stream.write(`data: ${JSON.stringify(world)}\n\n`);
    },
    /** Says how a path is answered from now on. */
    answer(path: string, give: (body: unknown) => Answer | Promise<Answer>): void {
      answers.set(path, give);
    },
    /** The next request for a path; call it before what causes the request. */
    next(path: string): Promise<Asked> {
      return new Promise((resolve) => waiting.push({ path, resolve }));
    },
    /** Breaks the event stream; the page must then ask for the state itself. */
    stopEvents(): void {
      streaming = false;
      for (const stream of streams) stream.destroy();
    },
    close: () => app.close(),
  };
}
