import { spawnSync } from "node:child_process";

/** Those of the programs that this machine does not have. */
export function missingPrograms(...names: readonly string[]): readonly string[] {
  return names.filter((name) => spawnSync("which", [name]).status !== 0);
}

/** Runs a program to its end; throws with what it wrote when it fails. */
export function run(program: string, args: readonly string[]): void {
  const { status, stderr, error } = spawnSync(program, args, { encoding: "utf8" });
  if (status !== 0) throw new Error(`${program} ${args[0] ?? ""} failed: ${error?.message ?? stderr}`);
}
