import picomatch from "picomatch";
import { remember } from "../remember.ts";

// Compiling a glob costs more than matching it; a configuration names few, and chat patterns come later.
const matcherOf = remember(1_000, (pattern) => picomatch(pattern, { dot: true }));

/**
 * Whether a name is meant by a list of globs: any that fits, unless one with a leading `!` fits too. An empty list,
 * or one of exclusions alone, means everything else.
 */
export function matchesPatterns(patterns: readonly string[], name: string): boolean {
  const excluded = patterns.filter((pattern) => pattern.startsWith("!"));
  if (excluded.some((pattern) => matcherOf(pattern.slice(1))(name))) return false;
  const included = patterns.filter((pattern) => !pattern.startsWith("!"));
  return included.length === 0 || included.some((pattern) => matcherOf(pattern)(name));
}

/** Whether a pattern names one thing only: no wildcards, no exclusion. */
export function isLiteral(pattern: string): boolean {
  return !pattern.startsWith("!") && !picomatch.scan(pattern).isGlob;
}

/** Whether some name may be meant by both lists: two globs that begin alike are taken to have one. */
export function mayShareNames(some: readonly string[], others: readonly string[]): boolean {
  return includedIn(some).some((one) =>
    isLiteral(one)
      ? matchesPatterns(others, one)
      : includedIn(others).some((other) =>
          isLiteral(other) ? matchesPatterns(some, other) : beginAlike(one, other),
        ),
  );
}

function includedIn(patterns: readonly string[]): readonly string[] {
  const included = patterns.filter((pattern) => !pattern.startsWith("!"));
  return included.length === 0 ? ["**"] : included;
}

function beginAlike(one: string, other: string): boolean {
  const [some = "", more = ""] = [one, other].map((glob) => glob.split(/[*?[{]/, 1)[0] ?? "");
  return some.startsWith(more) || more.startsWith(some);
}
