/** What goes wrong with a call. */
export type FaultOrder = {
  /** The HTTP status to answer with, in the platform's own words; 0: the connection is cut. Absent: only late. */
  readonly status?: number;
  /** Seconds, for the `Retry-After` header; absent: no such header. */
  readonly retryAfter?: number;
  /** Headers and text to answer with in place of the platform's own. */
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  readonly delayMs?: number;
  /** How many calls it is for; 1 if absent. */
  readonly count?: number;
  /**
   * `before` (default): nothing happens. `after`: the call has its effect, and only its answer is wrong or lost.
   * `hang`: the call is held until `release`, and then goes on as if nothing had been ordered.
   */
  readonly mode?: "before" | "after" | "hang";
};

/** A fault that was ordered. */
export type Fault = {
  readonly remaining: () => number;
  /** Calls held by it at this moment. */
  readonly held: () => number;
  /** Ends it: nothing more is answered wrongly, and what hangs goes on. */
  readonly release: () => void;
};

/** A fault that has come to one call. */
export type Struck<Order extends FaultOrder> = { readonly order: Order; readonly hold: () => Promise<void> };

/** The orders that stand. */
export type Faults<Order extends FaultOrder> = {
  readonly order: (order: Order) => Fault;
  /** The oldest fault that fits the call, if there is one; it counts as used. */
  readonly strike: (fits: (order: Order) => boolean) => Struck<Order> | undefined;
  readonly releaseAll: () => void;
};

/** No faults at first. `changed` is called when a call begins to hang. */
export function createFaults<Order extends FaultOrder>(changed: () => void = () => {}): Faults<Order> {
  type Standing = { readonly order: Order; left: number; readonly waiting: Set<() => void> };
  const standing: Standing[] = [];
  // A fault that is used up still holds its calls until it is released, so all are kept for the end.
  const everHeld = new Set<Standing>();

  const release = (fault: Standing) => {
    fault.left = 0;
    for (const go of [...fault.waiting]) go();
    fault.waiting.clear();
    everHeld.delete(fault);
  };
  return {
    order(order) {
      const fault: Standing = { order, left: order.count ?? 1, waiting: new Set() };
      standing.push(fault);
      return {
        remaining: () => fault.left,
        held: () => fault.waiting.size,
        release: () => release(fault),
      };
    },
    strike(fits) {
      const index = standing.findIndex((fault) => fault.left > 0 && fits(fault.order));
      const fault = standing[index];
      if (fault === undefined) return undefined;
      fault.left -= 1;
      if (fault.left === 0) standing.splice(index, 1);
      const hold = () =>
        new Promise<void>((resolve) => {
          fault.waiting.add(resolve);
          everHeld.add(fault);
          changed();
        });
      return { order: fault.order, hold };
    },
    releaseAll: () => {
      for (const fault of [...standing, ...everHeld]) release(fault);
      standing.length = 0;
    },
  };
}
