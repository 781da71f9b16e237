import type { FaultOrder as AnyOrder, Fault, Struck } from "../shared/faults.ts";
import { createFaults as createOrders } from "../shared/faults.ts";
import type { HttpAnswer } from "../slack/http-answer.ts";
import { operations } from "./connector.ts";
import { plainRefusal } from "./connector-error.ts";
import { VerbError } from "./verb-error.ts";

/**
 * An order to answer wrongly. `method` is an operation of the connector (`sendToConversation`), its HTTP method
 * (`POST`), `*` for all of the connector, or one of `openidconfiguration`, `keys`, `token`, `workflow`.
 * `status` 0: the connection is cut.
 */
export type FaultOrder = Omit<AnyOrder, "error">;

/** The endpoints beside the connector, which `*` does not mean. */
export const endpoints = ["openidconfiguration", "keys", "token", "workflow"] as const;

/** The orders that stand. */
export type Faults = ReturnType<typeof createFaults>;

/** No faults at first. `changed` is called when a call begins to hang. */
export function createFaults(changed: () => void) {
  const connector = createOrders(changed);
  const beside = createOrders(changed);
  const names = [...operations, "POST", "PUT", "DELETE", "GET", "*"];
  return {
    /** Throws `bad values` for a method that does not exist: such a fault would never strike. */
    order(order: FaultOrder): Fault {
      if (endpoints.some((name) => name === order.method)) return beside.order(order);
      if (!names.includes(order.method)) {
        throw new VerbError(
          "bad_values",
          `no method ${order.method}; there are ${names.join(", ")}, ${endpoints.join(", ")}`,
        );
      }
      return connector.order(order);
    },
    /** The fault for this call; an order for the operation comes before one for its HTTP method. */
    strikeConnector: (operation: string, httpMethod: string): Struck | undefined =>
      connector.strike(operation) ?? connector.strike(httpMethod),
    strikeEndpoint: (name: (typeof endpoints)[number]): Struck | undefined => beside.strike(name),
    releaseAll: () => {
      connector.releaseAll();
      beside.releaseAll();
    },
  };
}

/** What a call gets: its own answer, a wrong one, or none (undefined: the connection is cut). */
export async function withFault(
  struck: Struck | undefined,
  run: () => Promise<HttpAnswer>,
): Promise<HttpAnswer | undefined> {
  if (struck === undefined) return run();
  const { status, retryAfter, mode } = struck.order;
  if (mode === "hang") {
    await struck.hold();
    return run();
  }
  if (mode === "after") await run();
  return status === 0 ? undefined : plainRefusal(status, retryAfter);
}
