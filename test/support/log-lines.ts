import { createLog, type Log } from "../../src/log.ts";

export interface LogLines {
  readonly log: Log;
  /** Every line so far, parsed. */
  readonly lines: () => readonly Readonly<Record<string, unknown>>[];
  /** Every line so far as it was written. */
  readonly text: () => string;
}

/** The real logger, at its most talkative, into memory. It is given no secrets to scrub: none may reach it. */
export function createLogLines(): LogLines {
  const written: string[] = [];
  const log = createLog({
    level: "trace",
    destination: { write: (line) => void written.push(line) },
    secrets: () => [],
  });
  return { log, lines: () => written.map((line) => JSON.parse(line)), text: () => written.join("") };
}
