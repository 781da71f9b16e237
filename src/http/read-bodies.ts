import type { Readable } from "node:stream";
import type { FastifyInstance, FastifyRequest } from "fastify";
import { type ByteBudget, createByteBudget } from "./byte-budget.ts";
import { maxUnprovenBodyBytes, type ServerLimits } from "./request-limits.ts";

const provenKey = "callerIsProven";
// Measured: what a piece costs besides its bytes is some 370; twenty connections that sent bytes one by one held 1.6 GB.
const pieceBytes = 512;
/** So many are then made one. */
const mostLoose = 64;

/**
 * Makes `app` read bodies as raw Buffers, whatever their content type. One whose sender is still to be proven by it has
 * at most 256 KiB. These share one budget, all others another: over it, the one that has been coming for longest is
 * answered 503.
 */
export function readBodies(
  app: FastifyInstance,
  limits: Pick<ServerLimits, "unprovenBytes" | "provenBytes">,
): void {
  const unprovenOnes = createByteBudget(limits.unprovenBytes);
  const provenOnes = createByteBudget(limits.provenBytes);
  app.decorateRequest(provenKey, false);
  app.removeAllContentTypeParsers();
  app.addContentTypeParser("*", (request: FastifyRequest, payload: Readable) => {
    const proven = request.getDecorator<boolean>(provenKey);
    const { bodyLimit } = request.routeOptions;
    const limit = proven ? bodyLimit : Math.min(bodyLimit, maxUnprovenBodyBytes);
    const announced = Number(request.headers["content-length"] ?? 0);
    return announced > limit
      ? Promise.reject(failed(413))
      : collect(payload, limit, proven ? provenOnes : unprovenOnes);
  });
}

/** Says that the headers alone have proven who calls: the body may be as long as its route takes. */
export function proveByHeaders(request: FastifyRequest): void {
  request.setDecorator(provenKey, true);
}

async function collect(payload: Readable, limit: number, budget: ByteBudget): Promise<Buffer> {
  const { promise, resolve, reject } = Promise.withResolvers<Buffer>();
  let pieces: Buffer[] = [];
  let length = 0;
  let loose = 0;
  const giveUp = (status: number) => {
    payload.off("data", add);
    pieces = [];
    reject(failed(status));
  };
  const share = budget.open(() => giveUp(503));
  const add = (piece: Buffer) => {
    pieces.push(piece);
    length += piece.length;
    loose += 1;
    if (loose === mostLoose) {
      pieces.push(Buffer.concat(pieces.splice(-mostLoose)));
      loose = 0;
    }
    if (length > limit) giveUp(413);
    else share.hold(length + pieces.length * pieceBytes);
  };
  payload
    .on("data", add)
    .on("end", () => resolve(Buffer.concat(pieces, length)))
    .on("error", () => giveUp(400))
    .on("close", () => giveUp(400));
  try {
    return await promise;
  } finally {
    // The proof follows in this turn.
    share.release();
  }
}

function failed(statusCode: number): Error {
  return Object.assign(new Error(`a body was not read: ${statusCode}`), { statusCode });
}
