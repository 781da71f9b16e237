import { closest, distance } from "fastest-levenshtein";

/** The known name nearest to a mistyped one, or undefined if none is near. */
export function nearestName(name: string, known: readonly string[]): string | undefined {
  if (known.length === 0 || name.length > 80) return undefined;
  const lower = new Map(known.map((one) => [one.toLowerCase(), one]));
  const near = closest(name.toLowerCase(), [...lower.keys()]);
  // A third of the letters may differ: webhok is webhook, port is not host.
  return distance(name.toLowerCase(), near) <= Math.ceil(near.length / 3) - (near.length < 5 ? 1 : 0)
    ? lower.get(near)
    : undefined;
}
