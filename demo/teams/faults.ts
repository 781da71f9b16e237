import { createFaults as createOrders, type Fault, type FaultOrder, type Struck } from "../shared/faults.ts";
import { VerbError } from "../shared/verb-error.ts";
import { operations } from "./connector.ts";

/**
 * An order to answer wrongly. `method` is an operation of the connector (`sendToConversation`), its HTTP method
 * (`POST`), `*` for all of the connector, or one of `openidconfiguration`, `keys`, `token`, `workflow`.
 */
export type TeamsFault = FaultOrder & { readonly method: string };

/** The endpoints beside the connector, which `*` does not mean. */
export const endpoints = ["openidconfiguration", "keys", "token", "workflow"] as const;

/** The orders that stand. */
export type Faults = ReturnType<typeof createFaults>;

const methods: readonly string[] = [...operations, "POST", "PUT", "DELETE", "GET", "*", ...endpoints];

/** No faults at first. `changed` is called when a call begins to hang. */
export function createFaults(changed: () => void) {
  const orders = createOrders<TeamsFault>(changed);
  const strike = (...names: readonly string[]) => orders.strike(({ method }) => names.includes(method));
  return {
    /** Throws `bad values` for a method that does not exist: such a fault would never strike. */
    order(order: TeamsFault): Fault {
      if (methods.includes(order.method)) return orders.order(order);
      throw new VerbError("bad_values", `no method ${order.method}; there are ${methods.join(", ")}`);
    },
    /** The fault for this call; an order for the operation comes before one for its HTTP method. */
    strikeConnector: (operation: string, httpMethod: string): Struck<TeamsFault> | undefined =>
      strike(operation, "*") ?? strike(httpMethod),
    strikeEndpoint: (name: (typeof endpoints)[number]): Struck<TeamsFault> | undefined => strike(name),
    releaseAll: orders.releaseAll,
  };
}
