import type { SourceFile } from "./source-file.ts";

const declaration =
  /^export (?:async )?function\*? (\w+)|^export const (\w+)(?::[^=]+)? = (?:async )?(?:<[^>]*>)?\(/;

/** The lines of exported functions without a docstring right above them; of overloads only the first needs one. */
export function undocumentedFunctions({ text }: SourceFile): readonly number[] {
  const lines = text.split("\n");
  const documented = new Set<string>();
  return lines.flatMap((line, index) => {
    const match = declaration.exec(line);
    const name = match?.[1] ?? match?.[2];
    if (name === undefined || documented.has(name)) return [];
    if (match?.[2] !== undefined && !isArrow(lines, index)) return [];
    if (!(lines[index - 1] ?? "").trimEnd().endsWith("*/")) return [index + 1];
    documented.add(name);
    return [];
  });
}

// `export const x = (` is a function when an arrow follows before the statement ends.
function isArrow(lines: readonly string[], index: number): boolean {
  const rest = lines.slice(index);
  const end = rest.findIndex((line) => /;\s*$|\{\s*$/.test(line));
  return rest.slice(0, end + 1).some((line) => line.includes("=>"));
}
