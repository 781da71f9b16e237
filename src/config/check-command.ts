import type { LoadResult } from "./load.ts";
import { formatProblem, type Problem } from "./read/problem.ts";

/** What a command prints, and the exit code it ends with. */
export interface CommandAnswer {
  readonly lines: readonly string[];
  readonly exitCode: 0 | 1;
}

/** One line for each problem: `file:line:column path: what is wrong; what would be right`. */
export function formatProblems(problems: readonly Problem[]): readonly string[] {
  return problems.map(formatProblem);
}

/** What `acr-chatops config check FILE` prints: problems, or warnings and a summary. Exit code 1 for problems. */
export function checkAnswer(file: string, result: LoadResult): CommandAnswer {
  if (!result.ok) {
    const count = result.problems.length;
    return {
      lines: [
        ...formatProblems(result.problems),
        `${file}: ${count} ${count === 1 ? "problem" : "problems"}`,
      ],
      exitCode: 1,
    };
  }
  const { config, warnings } = result;
  const counts = [
    counted(Object.keys(config.registries).length, "registry", "registries"),
    counted(Object.keys(config.targets).length, "target", "targets"),
    counted(config.routes.length, "route", "routes"),
  ];
  return {
    lines: [
      ...formatProblems(warnings).map((line) => `warning: ${line}`),
      `${file}: ok, mode ${config.mode}, ${counts.join(", ")}, revision ${config.revision}`,
    ],
    exitCode: 0,
  };
}

function counted(count: number, one: string, many: string): string {
  return `${count} ${count === 1 ? one : many}`;
}
