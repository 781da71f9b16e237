import type { TokenCredential } from "@azure/core-auth";
import type { z } from "zod";
import type { AzureConfig } from "../config/config.ts";
import { readDeadlineMs, withDeadline, writeDeadlineMs } from "../outgoing/deadline.ts";
import { type ArmAnswer, type ArmRequest, createArmConnection } from "./arm-connection.ts";
import { armError } from "./arm-errors.ts";
import { type ArmOperation, type Polled, pollOperation } from "./long-running.ts";

/** What a call is for, for its errors. */
export interface ArmPurpose {
  /** Such as `read the web app shop`. */
  readonly doing: string;
  /** The action of Azure's roles that it takes. */
  readonly action: string;
  /** On what that action is missing: `the web app shop`. */
  readonly on: string;
}

/** Calls ARM with one identity, each call under a deadline; everything that they throw is a ChatopsError. */
export interface ArmCaller {
  send(purpose: ArmPurpose, request: ArmRequest, signal: AbortSignal): Promise<ArmAnswer>;
  /** Sends what is answered in a shape; an answer of another shape is an error like the others. */
  ask<Shape extends z.ZodType>(
    purpose: ArmPurpose,
    request: ArmRequest,
    shape: Shape,
    signal: AbortSignal,
  ): Promise<Shaped<Shape>>;
  /** One look at a long-running operation. */
  poll(
    purpose: ArmPurpose,
    operation: ArmOperation,
    apiVersion: string,
    signal: AbortSignal,
  ): Promise<Polled>;
}

type Shaped<Shape extends z.ZodType> = ArmAnswer & { readonly body: z.infer<Shape> };

/** ARM seen with one identity. Nothing is sent before the first call. */
export function createArmCaller(deps: {
  readonly azure: Pick<AzureConfig, "cloud" | "armEndpoint">;
  readonly credential: TokenCredential;
  /** The credential's name in the configuration, for errors. */
  readonly credentialName: string;
  readonly now: () => number;
}): ArmCaller {
  const connection = createArmConnection(deps);
  const errorFor = (purpose: ArmPurpose) => (error: unknown) =>
    armError(error, { ...purpose, credential: deps.credentialName, refusedAs: "target-refused" });
  const under = <T>(
    purpose: ArmPurpose,
    deadlineMs: number,
    signal: AbortSignal,
    run: (both: AbortSignal) => Promise<T>,
  ): Promise<T> => withDeadline({ deadlineMs, signal, translate: errorFor(purpose) }, run);
  const send = (purpose: ArmPurpose, request: ArmRequest, signal: AbortSignal): Promise<ArmAnswer> =>
    under(purpose, request.method === "GET" ? readDeadlineMs : writeDeadlineMs, signal, (both) =>
      connection.request(request, both),
    );
  return {
    send,
    async ask(purpose, request, shape, signal) {
      const answer = await send(purpose, request, signal);
      try {
        return { ...answer, body: shape.parse(answer.body) };
      } catch (error) {
        throw errorFor(purpose)(error);
      }
    },
    poll: (purpose, operation, apiVersion, signal) =>
      under(purpose, readDeadlineMs, signal, (both) =>
        pollOperation(connection, operation, { apiVersion, now: deps.now, signal: both }),
      ),
  };
}
