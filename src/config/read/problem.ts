/** One thing that is wrong with a configuration, in words that say what would be right. Holds no secret's value. */
export interface Problem {
  /** The file as it was named; absent for settings that come from the environment. */
  readonly file?: string;
  /** 1-based; absent where the whole file is meant. */
  readonly position?: Position;
  /** `registries.contoso.webhook.secrets[0]`, or the name of an environment variable; empty for the whole file. */
  readonly path: string;
  readonly message: string;
}

export interface Position {
  readonly line: number;
  readonly column: number;
}

export type Path = readonly (string | number)[];

/** A path as people write it: `routes[0].to[1]`. A key that is no plain name might be a misplaced secret: `[?]`. */
export function pathText(path: Path): string {
  let text = "";
  for (const part of path) {
    if (typeof part === "number") text += `[${part}]`;
    else if (!/^[A-Za-z0-9_-]{1,60}$/.test(part) || /^(xox|xapp)/.test(part)) text += "[?]";
    else text += text === "" ? part : `.${part}`;
  }
  return text;
}

/** `file:line:column path: message`, without the parts that are not known. */
export function formatProblem(problem: Problem): string {
  const { file, position, path, message } = problem;
  const place =
    position === undefined ? file : `${file ?? "configuration"}:${position.line}:${position.column}`;
  if (place === undefined) return `${path}: ${message}`;
  return path === "" ? `${place}: ${message}` : `${place} ${path}: ${message}`;
}

/** By line and column; problems of one place stay in the order in which they were found. */
export function inFileOrder(problems: readonly Problem[]): readonly Problem[] {
  return problems.toSorted(
    (a, b) =>
      (a.position?.line ?? 0) - (b.position?.line ?? 0) ||
      (a.position?.column ?? 0) - (b.position?.column ?? 0),
  );
}
