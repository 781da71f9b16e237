/** Something that shall go wrong with the next calls that match. */
export interface Fault {
  /** A method and the beginning of a path: `PATCH /apis/apps`, `* /`. A patch that is only tried (dryRun) is passed over. */
  readonly match: string;
  /** The status to answer with; without it, and without `drop` or `garbage`, the call is only slow. */
  readonly status?: number;
  /** Seconds, for the Retry-After header. */
  readonly retryAfter?: number;
  /** How many calls it hits; 1 by default. */
  readonly count?: number;
  readonly delayMs?: number;
  /** No answer: the connection is cut. */
  readonly drop?: boolean;
  /** An answer that is no JSON of Kubernetes. */
  readonly garbage?: boolean;
  /** Whether the call has its effect before it fails; `before`: no effect, by default. */
  readonly when?: "before" | "after";
}

/** A call as far as faults look at it. */
export interface FaultyCall {
  readonly method: string;
  readonly path: string;
  readonly isDryRun: boolean;
}

export type Faults = ReturnType<typeof createFaults>;

/** Keeps faults in the order they were set; each call takes at most one. */
export function createFaults() {
  const waiting: { readonly fault: Fault; left: number }[] = [];
  return {
    add(fault: Fault): void {
      if (!/^(?:\*|[A-Z]+) \//.test(fault.match))
        throw new Error(`"${fault.match}" is not like "PATCH /apis"`);
      waiting.push({ fault, left: fault.count ?? 1 });
    },
    take(call: FaultyCall): Fault | undefined {
      const index = waiting.findIndex(({ fault }) => matches(fault.match, call));
      const entry = waiting[index];
      if (entry === undefined) return undefined;
      entry.left -= 1;
      if (entry.left <= 0) waiting.splice(index, 1);
      return entry.fault;
    },
    clear(): void {
      waiting.length = 0;
    },
  };
}

function matches(match: string, call: FaultyCall): boolean {
  const [method = "", path = ""] = match.split(" ");
  if (method === "PATCH" && call.isDryRun) return false;
  return (method === "*" || method === call.method) && call.path.startsWith(path);
}
