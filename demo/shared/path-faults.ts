import type { Call } from "./http-call.ts";

/** Something that shall go wrong with the next calls that match. */
export type Fault = {
  /** A method and the beginning of a path, as in `GET /v2/` or `* /oauth2/`; the path is compared decoded. */
  readonly match: string;
  /** The status to answer with; without it (and without a dropped connection) the call is only delayed. */
  readonly status?: number;
  /** Seconds, for the Retry-After header. */
  readonly retryAfter?: number;
  /** How many calls it hits; 1 unless said otherwise. */
  readonly count?: number;
  readonly delayMs?: number;
  readonly dropConnection?: boolean;
  /** Whether the call has its effect before it fails; `before` unless said otherwise. */
  readonly when?: "before" | "after";
};

/** The faults that wait. */
export type Faults = ReturnType<typeof createFaults>;

/** Keeps faults in the order they were set; each call takes at most one. */
export function createFaults() {
  const waiting: { readonly fault: Fault; left: number }[] = [];
  return {
    add(fault: Fault): void {
      if (!/^(?:\*|[A-Z]+) \//.test(fault.match)) throw new Error(`"${fault.match}" is not like "GET /v2/"`);
      waiting.push({ fault, left: fault.count ?? 1 });
    },
    take(call: Call): Fault | undefined {
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

function matches(match: string, call: Call): boolean {
  const [method = "", path = ""] = match.split(" ");
  return (method === "*" || method === call.method) && call.path.startsWith(path);
}
