import type { FastifyInstance } from "fastify";

// Several changes of one moment are one message; a person sees no difference.
const gatherMs = 40;
// Keeps the connection from counting as idle.
const heartbeatMs = 5_000;
const mostViewers = 20;

/** `GET /demo/api/events`: the whole state as server-sent events, at once and after each change. */
export function addLiveState(
  server: FastifyInstance,
  world: { readonly readState: () => Promise<unknown>; readonly onChange: (listener: () => void) => void },
): void {
  const viewers = new Set<(line: string) => void>();
  let gathering: NodeJS.Timeout | undefined;
  const tellAll = async (): Promise<void> => {
    gathering = undefined;
    if (viewers.size === 0) return;
    const line = `data: ${JSON.stringify(await world.readState())}\n\n`;
    for (const tell of viewers) tell(line);
  };
  world.onChange(() => {
    gathering ??= setTimeout(() => void tellAll().catch(() => undefined), gatherMs);
  });
  const heartbeat = setInterval(() => {
    for (const tell of viewers) tell(": still here\n\n");
  }, heartbeatMs);

  server.get("/demo/api/events", async (_request, reply) => {
    if (viewers.size >= mostViewers) return await reply.code(503).send({ error: "too many viewers" });
    reply.hijack();
    const { raw } = reply;
    raw.writeHead(200, { "content-type": "text/event-stream", "cache-control": "no-store" });
    const tell = (line: string): void => {
      raw.write(line);
    };
    viewers.add(tell);
    raw.on("close", () => viewers.delete(tell));
    raw.write(`data: ${JSON.stringify(await world.readState())}\n\n`);
    return reply;
  });
  server.addHook("preClose", async () => {
    clearInterval(heartbeat);
    clearTimeout(gathering);
    closeAll();
  });
  const streams = new Set<{ end(): void }>();
  server.addHook("onRequest", async (request, reply) => {
    if (!request.url.startsWith("/demo/api/events")) return;
    streams.add(reply.raw);
    reply.raw.on("close", () => streams.delete(reply.raw));
  });
  const closeAll = (): void => {
    for (const stream of streams) stream.end();
  };
}
