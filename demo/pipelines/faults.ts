import type { Call } from "../shared/http-call.ts";

/** Something that shall go wrong with the next calls that match. */
export type Fault = {
  /** A method (or `*`) and a part of the path: `POST /runs`. */
  readonly match: string;
  /** Answers with this instead; without it, and without `drop` and `hold`, nothing is wrong. */
  readonly answer?: {
    readonly status: number;
    readonly headers?: Readonly<Record<string, string>>;
    readonly body?: string;
  };
  /** Ends the connection without an answer. */
  readonly drop?: true;
  /** Gives no answer until the caller has gone, or the world is closed. */
  readonly hold?: true;
  /** Whether the call has its effect first; `before` unless said otherwise. */
  readonly when?: "before" | "after";
  /** How many calls it hits; 1 unless said otherwise. */
  readonly count?: number;
};

/** The faults that wait. */
export type Faults = ReturnType<typeof createFaults>;

/** Keeps faults in the order they were set; each call takes at most one. */
export function createFaults() {
  const waiting: { readonly fault: Fault; left: number }[] = [];
  return {
    add(fault: Fault): void {
      if (!/^(?:\*|[A-Z]+) \//.test(fault.match))
        throw new Error(`"${fault.match}" is not like "POST /runs"`);
      waiting.push({ fault, left: fault.count ?? 1 });
    },
    take(call: Call): Fault | undefined {
      const entry = waiting.find(({ fault }) => matches(fault.match, call));
      if (entry === undefined) return undefined;
      entry.left -= 1;
      if (entry.left <= 0) waiting.splice(waiting.indexOf(entry), 1);
      return entry.fault;
    },
    clear(): void {
      waiting.length = 0;
    },
  };
}

function matches(match: string, call: Call): boolean {
  const [method = "", path = ""] = match.split(" ");
  return (method === "*" || method === call.method) && call.path.includes(path);
}
