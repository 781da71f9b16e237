import type { FastifyInstance } from "fastify";

/**
 * Remembers the routes that are added to `app` from now on, and gives a function from a path to the methods that it
 * has, sorted; empty for an unknown path. Fastify itself answers 404 to a known path with a wrong method.
 */
export function trackRouteMethods(app: FastifyInstance): (path: string) => readonly string[] {
  const patterns: { readonly segments: readonly string[]; readonly methods: readonly string[] }[] = [];
  app.addHook("onRoute", (route) => {
    patterns.push({ segments: route.url.split("/"), methods: [route.method].flat() });
  });
  return (path) => {
    const segments = path.split("/");
    const found = patterns.filter((pattern) => matches(pattern.segments, segments));
    return [...new Set(found.flatMap(({ methods }) => methods))].sort();
  };
}

function matches(pattern: readonly string[], path: readonly string[]): boolean {
  const wildcard = pattern.at(-1) === "*";
  if (wildcard ? path.length < pattern.length : path.length !== pattern.length) return false;
  return pattern.every((segment, index) => {
    if (wildcard && index === pattern.length - 1) return true;
    return segment.startsWith(":") ? path[index] !== "" : segment === path[index];
  });
}
