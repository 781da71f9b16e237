/** An order to answer wrongly. `method` is a Web API method, `response_url`, or `*` for all. */
export type FaultOrder = {
  readonly method: string;
  /** 429, a 5xx, 200 with `error`, or 0: no answer at all. */
  readonly status: number;
  /** Seconds, for the `Retry-After` header; absent: no such header. */
  readonly retryAfter?: number;
  /** How many calls it is for; 1 if absent. */
  readonly count?: number;
  /** Slack's error code, for status 200. */
  readonly error?: string;
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
export type Struck = { readonly order: FaultOrder; readonly hold: () => Promise<void> };

/** The orders that stand. */
export type Faults = {
  readonly order: (order: FaultOrder) => Fault;
  /** The fault for this call, if one is ordered; it counts as used. */
  readonly strike: (method: string) => Struck | undefined;
  readonly releaseAll: () => void;
};

/** No faults at first; the oldest order for a method comes first. `changed` is called when a call begins to hang. */
export function createFaults(changed: () => void): Faults {
  type Standing = { readonly order: FaultOrder; left: number; readonly waiting: Set<() => void> };
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
    strike(method) {
      const index = standing.findIndex(
        (fault) => fault.left > 0 && (fault.order.method === method || fault.order.method === "*"),
      );
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
