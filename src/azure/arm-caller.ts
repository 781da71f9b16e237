import type { TokenCredential } from "@azure/core-auth";
import type { z } from "zod";
import type { AzureConfig } from "../config/config.ts";
import { readDeadlineMs, withDeadline, writeDeadlineMs } from "../outgoing/deadline.ts";
import { type ArmAnswer, type ArmRequest, createArmConnection } from "./arm-connection.ts";
import { type ArmIdentity, type ArmPurpose, armError } from "./arm-errors.ts";
import { type ArmOperation, type Polled, pollOperation } from "./long-running.ts";

/** Calls ARM with one identity, each call under a deadline; everything that they throw is a ChatopsError. */
export interface ArmCaller {
  send(purpose: ArmPurpose, request: ArmRequest, signal: AbortSignal): Promise<ArmAnswer>;
  /** Sends what is answered in a shape; an answer of another shape is an error like the others. */
  ask<Shape extends z.ZodType>(
    purpose: ArmPurpose,
    request: ArmRequest,
    shape: Shape,
    signal: AbortSignal,
  ): Promise<ArmAnswer & { readonly body: z.infer<Shape> }>;
  /** One look at a long-running operation. */
  poll(
    purpose: ArmPurpose,
    operation: ArmOperation,
    apiVersion: string,
    signal: AbortSignal,
  ): Promise<Polled>;
}

/** ARM seen with one identity. Nothing is sent before the first call. */
export function createArmCaller(
  deps: ArmIdentity & {
    readonly azure: Pick<AzureConfig, "cloud" | "armEndpoint">;
    readonly credential: TokenCredential;
    readonly now: () => number;
  },
): ArmCaller {
  const sendToArm = createArmConnection(deps);
  const under = <T>(
    purpose: ArmPurpose,
    deadlineMs: number,
    signal: AbortSignal,
    run: (both: AbortSignal) => Promise<T>,
  ): Promise<T> =>
    withDeadline({ deadlineMs, signal, translate: (error) => armError(error, purpose, deps) }, run);
  const send: ArmCaller["send"] = (purpose, request, signal) => {
    const deadlineMs = request.method === "GET" ? readDeadlineMs : writeDeadlineMs;
    return under(purpose, deadlineMs, signal, (both) => sendToArm(request, both));
  };
  return {
    send,
    async ask(purpose, request, shape, signal) {
      const answer = await send(purpose, request, signal);
      const parsed = shape.safeParse(answer.body);
      if (!parsed.success) throw armError(parsed.error, purpose, deps);
      return { ...answer, body: parsed.data };
    },
    poll: (purpose, operation, apiVersion, signal) =>
      under(purpose, readDeadlineMs, signal, (both) =>
        pollOperation(sendToArm, operation, { apiVersion, now: deps.now, signal: both }),
      ),
  };
}
