import type { z } from "zod";
import type { ArmCaller } from "./arm-caller.ts";
import type { ArmAnswer, ArmRequest } from "./arm-connection.ts";
import type { ArmOperation, Polled } from "./long-running.ts";

/** A resource, or a list of them. */
export interface ResourcePlace {
  /** For people: `the web app shop`. */
  readonly on: string;
  /** `Microsoft.Web/sites` */
  readonly type: string;
  readonly apiVersion: string;
  readonly path: string;
}

/** One call of a resource; a GET of the resource itself by default. */
export interface ResourceCall extends Partial<Omit<ArmRequest, "path" | "apiVersion">> {
  /** What it is for, to be followed by the resource: `restart`, `list the deployments of`. */
  readonly doing: string;
  /** The action that it takes, below that of the resource's type: `restart/Action`. */
  readonly right: string;
  /** Path below that of the resource, or an address that ARM gave. */
  readonly below?: string;
}

export type ArmResource = ReturnType<typeof createArmResource>;

/** The calls of one resource; they are those of an ArmCaller. */
export function createArmResource(arm: ArmCaller, { on, type, apiVersion, path }: ResourcePlace) {
  const purposeOf = ({ doing, right }: Pick<ResourceCall, "doing" | "right">) => ({
    doing: `${doing} ${on}`,
    action: `${type}/${right}`,
    on,
  });
  const requestOf = ({ method = "GET", below = "", json, ifMatch }: ResourceCall): ArmRequest => ({
    method,
    path: URL.canParse(below) ? below : `${path}${below}`,
    apiVersion,
    json,
    ifMatch,
  });
  return {
    on,
    send: (call: ResourceCall, signal: AbortSignal): Promise<ArmAnswer> =>
      arm.send(purposeOf(call), requestOf(call), signal),
    /** Sends what is answered in a shape. */
    ask: <Shape extends z.ZodType>(call: ResourceCall, shape: Shape, signal: AbortSignal) =>
      arm.ask(purposeOf(call), requestOf(call), shape, signal),
    /** One look at a long-running operation of the resource. */
    poll: (
      call: Pick<ResourceCall, "doing" | "right">,
      operation: ArmOperation,
      signal: AbortSignal,
    ): Promise<Polled> => arm.poll(purposeOf(call), operation, apiVersion, signal),
  };
}
