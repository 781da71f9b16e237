import { delimiter } from "node:path";
import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    environment: "node",
    include: ["test/**/*.test.{ts,tsx}"],
    exclude: ["**/node_modules/**", "**/dist/**"],
    globalSetup: "test/support/programs-of-the-run.ts",
    pool: "forks",
    // A process for each file spent half of all CPU time on loading and compiling the same libraries. Files still have
    // modules of this project of their own; what a library keeps for the whole process is put back where it is used.
    isolate: false,
    // Built for machines with two cores; more processes only make the timeouts of programs they start lie.
    maxWorkers: 2,
    testTimeout: 45_000,
    hookTimeout: 60_000,
    teardownTimeout: 10_000,
    // The project's own Node 24 runs this; programs that a test starts by name get the same one.
    env: { PATH: `${import.meta.dirname}/node_modules/.bin${delimiter}${process.env.PATH ?? ""}` },
  },
});
