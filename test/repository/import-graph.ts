import { type Import, importsOf } from "./imports.ts";
import type { SourceFile } from "./source-file.ts";

/** The circles among files, type imports included: each as the path that leads back to its first file. */
export function findCircles(files: readonly SourceFile[]): readonly (readonly string[])[] {
  const edges = new Map(
    files.map((file) => [file.path, importsOf(file).flatMap(({ own, to }) => (own ? [to] : []))]),
  );
  const done = new Set<string>();
  const circles: string[][] = [];
  const visit = (path: string, trail: readonly string[]): void => {
    const start = trail.indexOf(path);
    if (start !== -1) circles.push([...trail.slice(start), path]);
    if (start !== -1 || done.has(path)) return;
    for (const next of edges.get(path) ?? []) visit(next, [...trail, path]);
    done.add(path);
  };
  for (const path of edges.keys()) visit(path, []);
  return circles;
}

/** The packages that are loaded at once with a file, each with the path of files that leads to it. */
export function packagesLoadedWith(start: string, files: readonly SourceFile[]): ReadonlyMap<string, string> {
  const atOnce = new Map<string, readonly Import[]>(
    files.map((file) => [file.path, importsOf(file).filter(({ how }) => how === "now")]),
  );
  const found = new Map<string, string>();
  const seen = new Set<string>();
  const visit = (path: string, trail: readonly string[]): void => {
    if (seen.has(path)) return;
    seen.add(path);
    for (const { own, to } of atOnce.get(path) ?? []) {
      if (own) visit(to, [...trail, path]);
      else if (!found.has(to)) found.set(to, [...trail, path, to].join(" → "));
    }
  };
  visit(start, []);
  return found;
}
