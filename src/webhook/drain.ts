import type { FastifyInstance } from "fastify";

/**
 * Makes `app.close()` end soon: from then on every answer closes its connection, which clients would else keep open
 * for the keep-alive time, and whatever is still open after `limitMs` is cut off. Node stops its own checks of slow
 * requests when a server closes.
 */
export function drainOnClose(app: FastifyInstance, limitMs: number): void {
  let closing = false;
  let timer: NodeJS.Timeout | undefined;
  app.addHook("preClose", async () => {
    closing = true;
    timer = setTimeout(() => app.server.closeAllConnections(), limitMs);
  });
  app.addHook("onSend", async (_request, reply) => {
    if (closing) reply.header("connection", "close");
  });
  app.addHook("onClose", async () => clearTimeout(timer));
}
