import { type ChildProcessByStdio, spawn } from "node:child_process";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Readable } from "node:stream";
import { fileURLToPath } from "node:url";

/** How a program ended, and all it wrote. */
export interface Exit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A program of this project in a process of its own, run by the Node that runs the tests. */
export interface ChildProgram extends AsyncDisposable {
  readonly pid: number;
  /** The lines of stdout so far. */
  lines(): readonly string[];
  /** The first line of stdout that is as wanted, past or to come; rejects with all output if there is none. */
  waitForLine(wanted: (line: string) => boolean): Promise<string>;
  kill(signal: NodeJS.Signals): void;
  readonly exit: Promise<Exit>;
}

const root = fileURLToPath(new URL("../../", import.meta.url));
const lineTimeoutMs = 40_000;
// Half of a start is compiling: what one child compiled, the next one reads.
const compileCache = join(tmpdir(), "acr-chatops-test-compile-cache");

/**
 * Starts `node …args` in the project's folder with this environment and no other; disposing it kills it. `through` is
 * a program that becomes it, such as a tracer, with its own arguments.
 */
export function startProgram(
  args: readonly string[],
  environment: Readonly<Record<string, string>> = {},
  through: readonly string[] = [],
): ChildProgram {
  const [program = "", ...rest] = [...through, process.execPath, ...args];
  const child = spawn(program, rest, {
    cwd: root,
    env: { PATH: process.env.PATH ?? "", NODE_COMPILE_CACHE: compileCache, ...environment },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const output = gather(child);
  const exit = new Promise<Exit>((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (code, signal) => resolve({ code, signal, ...output.all() }));
  });
  const { pid } = child;
  if (pid === undefined) throw new Error(`${program} cannot be started`);
  return {
    pid,
    lines: output.lines,
    waitForLine: (wanted) => waitForLine({ ...output, exit }, wanted),
    kill: (signal) => void child.kill(signal),
    exit,
    [Symbol.asyncDispose]: async () => {
      child.kill("SIGKILL");
      await exit;
    },
  };
}

type Child = ChildProcessByStdio<null, Readable, Readable>;
type Output = ReturnType<typeof gather>;

function gather(child: Child) {
  const written = { stdout: "", stderr: "" };
  const listeners = new Set<() => void>();
  for (const name of ["stdout", "stderr"] as const) {
    child[name].setEncoding("utf8").on("data", (text: string) => {
      written[name] += text;
      for (const listener of [...listeners]) listener();
    });
  }
  return {
    all: () => ({ ...written }),
    lines: () => written.stdout.split("\n").slice(0, -1),
    listeners,
  };
}

function waitForLine(
  { all, lines, listeners, exit }: Output & { readonly exit: Promise<Exit> },
  wanted: (line: string) => boolean,
): Promise<string> {
  return new Promise((resolve, reject) => {
    const end = (): void => {
      clearTimeout(timer);
      listeners.delete(look);
    };
    const look = (): void => {
      const found = lines().find(wanted);
      if (found === undefined) return;
      end();
      resolve(found);
    };
    const fail = (why: string): void => {
      end();
      reject(new Error(`${why}; it wrote:\n${all().stdout}\n${all().stderr}`));
    };
    const timer = setTimeout(() => fail(`no such line within ${lineTimeoutMs} ms`), lineTimeoutMs);
    listeners.add(look);
    exit.then(
      ({ code, signal }) => fail(`the program ended (${code ?? signal}) without such a line`),
      reject,
    );
    look();
  });
}
