import type { ServerResponse } from "node:http";
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
  const viewers = new Set<ServerResponse>();
  const line = async (): Promise<string> => `data: ${JSON.stringify(await world.readState())}\n\n`;
  const tellAll = (text: string): void => {
    for (const viewer of viewers) viewer.write(text);
  };
  let gathering: NodeJS.Timeout | undefined;
  const gathered = (): void => {
    gathering = undefined;
    // A state that cannot be read now (the bot is stopping) is told with the next change.
    if (viewers.size > 0) line().then(tellAll, () => undefined);
  };
  world.onChange(() => {
    gathering ??= setTimeout(gathered, gatherMs);
  });
  const heartbeat = setInterval(() => tellAll(": still here\n\n"), heartbeatMs);

  server.get("/demo/api/events", async (_request, reply) => {
    if (viewers.size >= mostViewers) return await reply.code(503).send({ error: "too many viewers" });
    const first = await line();
    reply.hijack();
    reply.raw.writeHead(200, { "content-type": "text/event-stream", "cache-control": "no-store" });
    reply.raw.write(first);
    viewers.add(reply.raw);
    reply.raw.on("close", () => viewers.delete(reply.raw));
    return reply;
  });
  server.addHook("preClose", async () => {
    clearInterval(heartbeat);
    clearTimeout(gathering);
    for (const viewer of viewers) viewer.end();
  });
}
