import { type Import, importsOf } from "./imports.ts";
import type { SourceFile } from "./source-file.ts";

/**
 * The circles among files, type imports included: each as the path that leads back to its first file. With `depth` those
 * among folders: 3 are the folders (and files) of rooms.
 */
export function findCircles(
  files: readonly SourceFile[],
  depth = Number.POSITIVE_INFINITY,
): readonly (readonly string[])[] {
  const unitOf = (path: string) => path.split("/").slice(0, depth).join("/");
  const edges = new Map<string, string[]>();
  for (const file of files) {
    const unit = unitOf(file.path);
    const own = importsOf(file).flatMap(({ own, to }) => (own && unitOf(to) !== unit ? [unitOf(to)] : []));
    edges.set(unit, [...(edges.get(unit) ?? []), ...own]);
  }
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
