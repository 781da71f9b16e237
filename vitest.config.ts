import { delimiter } from "node:path";
import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    environment: "node",
    include: ["test/**/*.test.{ts,tsx}"],
    exclude: ["**/node_modules/**", "**/dist/**"],
    // Tests start servers, databases and programs of their own: a process each keeps what one leaves from the next.
    pool: "forks",
    // Built for machines with two cores; more processes only make the timeouts of programs they start lie.
    maxWorkers: 2,
    testTimeout: 45_000,
    hookTimeout: 60_000,
    teardownTimeout: 10_000,
    // The project's own Node 24 runs this; programs that a test starts by name get the same one.
    env: { PATH: `${import.meta.dirname}/node_modules/.bin${delimiter}${process.env.PATH ?? ""}` },
  },
});
