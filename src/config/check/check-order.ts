import type { Finding, Tree } from "../read/finding.ts";
import { namesAt, textAt } from "../read/tree.ts";

/** Targets that come after others: of the same registry, and in no circle. Whether they exist is checked elsewhere. */
export function checkOrder({ value }: Tree): readonly Finding[] {
  const targets = namesAt(value, ["targets"]);
  const before = (name: string) => textAt(value, ["targets", name, "after", "target"]);
  return targets.flatMap((name) => {
    const path = ["targets", name, "after", "target"];
    const earlier = before(name);
    if (earlier === undefined || !targets.includes(earlier)) return [];
    if (earlier === name) return [{ path, message: "is the target itself; name the one before it" }];
    const circle = circleFrom(name, before);
    if (circle !== undefined)
      return [{ path, message: `leads in a circle: ${circle.join(" → ")}; leave one of these out` }];
    const own = textAt(value, ["targets", name, "registry"]);
    const other = textAt(value, ["targets", earlier, "registry"]);
    if (own === undefined || other === undefined || own === other) return [];
    const message = `takes images of another registry (${other}), so no image of this target is ever there; name a target of registry ${own}`;
    return [{ path, message }];
  });
}

/** The names from a target back to itself, if it is on a circle. */
function circleFrom(
  start: string,
  before: (name: string) => string | undefined,
): readonly string[] | undefined {
  const way = [start];
  for (let next = before(start); next !== undefined; next = before(next)) {
    if (next === start) return [...way, start];
    // Another circle, which is found from its own targets.
    if (way.includes(next)) return undefined;
    way.push(next);
  }
  return undefined;
}
