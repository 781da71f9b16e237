import type { TokenCredential } from "@azure/core-auth";
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
  /** One look at a long-running operation. */
  poll(
    purpose: ArmPurpose,
    operation: ArmOperation,
    apiVersion: string,
    signal: AbortSignal,
  ): Promise<Polled>;
  /** Runs `read` on what ARM answered, so that an answer of another shape is an error like the others. */
  parse<T>(purpose: ArmPurpose, answer: ArmAnswer, read: (body: unknown) => T): T;
}

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
  return {
    send(purpose, request, signal) {
      const deadlineMs = request.method === "GET" ? readDeadlineMs : writeDeadlineMs;
      const translate = errorFor(purpose);
      return withDeadline({ deadlineMs, signal, translate }, (both) => connection.request(request, both));
    },
    poll(purpose, operation, apiVersion, signal) {
      const translate = errorFor(purpose);
      return withDeadline({ deadlineMs: readDeadlineMs, signal, translate }, (both) =>
        pollOperation(connection, operation, { apiVersion, now: deps.now, signal: both }),
      );
    },
    parse(purpose, answer, read) {
      try {
        return read(answer.body);
      } catch (error) {
        throw errorFor(purpose)(error);
      }
    },
  };
}
