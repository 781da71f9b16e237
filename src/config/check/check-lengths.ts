import { parseFreezeWindow } from "../../nouns/freeze-window.ts";
import { durationMs } from "../duration.ts";
import * as grammar from "../parts/grammar.ts";
import type { Finding, Tree } from "../read/finding.ts";
import type { Path } from "../read/problem.ts";
import { namesAt, textAt, textsAt } from "../read/tree.ts";
import { quotedProblem } from "./secret-places.ts";

interface Bounds {
  readonly atLeast?: string;
  readonly atMost?: string;
}

// A deploy that takes longer than a day, or an answer that is waited for longer than a week, is forgotten by then.
const ofTargets: readonly (readonly [Path, Bounds])[] = [
  [["timeout"], { atLeast: "1s", atMost: "24h" }],
  [["approvals", "expires"], { atLeast: "1m", atMost: "7d" }],
  [["after", "soak"], { atMost: "30d" }],
  // App Service's own bound.
  [["startLimit"], { atMost: "30m" }],
];

/** Lengths of time that are out of bounds. */
export function checkLengths({ value }: Tree): readonly Finding[] {
  return [
    ...checkLength(value, ["cards", "settle"], { atMost: "10m" }),
    ...checkLength(value, ["audit", "keep"], { atLeast: "30d" }),
    ...namesAt(value, ["targets"]).flatMap((name) =>
      ofTargets.flatMap(([path, bounds]) => checkLength(value, ["targets", name, ...path], bounds)),
    ),
  ];
}

function checkLength(value: unknown, path: Path, { atLeast, atMost }: Bounds): readonly Finding[] {
  const text = textAt(value, path);
  if (text === undefined || !grammar.durationPattern.test(text)) return [];
  const length = durationMs(text);
  if (atMost !== undefined && length > durationMs(atMost))
    return [{ path, message: `is longer than ${atMost}; must be at most ${atMost}` }];
  if (atLeast !== undefined && length < durationMs(atLeast))
    return [{ path, message: `is shorter than ${atLeast}; must be at least ${atLeast}` }];
  return [];
}

/** Freeze windows that are none: days, times or zones that are not there. */
export function checkWindows(tree: Tree): readonly Finding[] {
  const places: readonly Path[] = [
    ["freeze"],
    ...namesAt(tree.value, ["targets"]).map((name) => ["targets", name, "freeze"]),
  ];
  return places.flatMap((place) => {
    const one = textAt(tree.value, place);
    const texts = one === undefined ? textsAt(tree.value, place) : [{ path: place, text: one }];
    return texts.flatMap(({ path, text }) => {
      const parsed = text === "" ? undefined : parseFreezeWindow(text);
      if (parsed === undefined || parsed.ok) return [];
      return [{ path, message: quotedProblem(tree, path, parsed.problem) }];
    });
  });
}
