import { createFaults, type FaultOrder, type Struck } from "./faults.ts";

/** Something that shall go wrong with the next calls that match. */
export type PathFault = FaultOrder & {
  /**
   * A method (or `*`) and the beginning of a path, compared decoded: `GET /v2/`, `* /oauth2/`. After `~` stands a part
   * of a path: `POST ~/runs`.
   */
  readonly match: string;
};

/** The faults that wait for a path. */
export type PathFaults = ReturnType<typeof createPathFaults>;

/** Keeps faults in the order they were set; each call takes at most one. */
export function createPathFaults() {
  const faults = createFaults<PathFault>();
  return {
    add(fault: PathFault): void {
      if (!/^(?:\*|[A-Z]+) ~?\//.test(fault.match))
        throw new Error(`"${fault.match}" is not like "GET /v2/"`);
      faults.order(fault);
    },
    strike: (call: { readonly method: string; readonly path: string }): Struck<PathFault> | undefined =>
      faults.strike(({ match }) => {
        const [method = "", path = ""] = match.split(" ");
        const fits = path.startsWith("~") ? call.path.includes(path.slice(1)) : call.path.startsWith(path);
        return fits && (method === "*" || method === call.method);
      }),
    clear: faults.releaseAll,
  };
}
