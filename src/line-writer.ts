import { writeSync } from "node:fs";

/** A pipe that is full and does not block is tried again so often, and so many times: two seconds in all. */
const fullPipeWaitMs = 20;
const mostTries = 100;

/** Where a log writes its lines to. */
export interface LineWriter {
  readonly write: (line: string) => void;
}

/** Writes a part of it to where the log goes and gives its bytes, or throws the file system's error. */
type WriteText = (text: Buffer) => number;

/**
 * Writes lines to an open file, each before the call returns: the last lines before an end are the ones that matter. It
 * never throws, because a disk without room for the log is no reason to take no events. What could not be written is
 * counted, and said in a line of its own as soon as there is room.
 */
export function createLineWriter(
  descriptor: number,
  write: WriteText = (text) => writeSync(descriptor, text),
): LineWriter {
  let lost = 0;
  let reason = "";
  let isTorn = false;

  const put = (text: string): void => {
    let left = Buffer.from(isTorn ? `\n${text}` : text);
    for (let tries = 1; left.length > 0; tries += 1) {
      try {
        const written = write(left);
        left = left.subarray(written);
        isTorn = left.length > 0;
      } catch (error) {
        // Who did not read for two seconds is not waited for again at each line.
        if (codeOf(error) !== "EAGAIN" || lost > 0 || tries >= mostTries) throw error;
        Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, fullPipeWaitMs);
      }
    }
  };
  return {
    write: (line) => {
      try {
        if (lost > 0) put(lineAbout(lost, reason));
        lost = 0;
        put(line);
      } catch (error) {
        lost += 1;
        reason = codeOf(error);
      }
    },
  };
}

function lineAbout(lost: number, reason: string): string {
  const time = new Date().toISOString();
  return `${JSON.stringify({ level: "error", time, lost, reason, msg: "log lines could not be written" })}\n`;
}

function codeOf(error: unknown): string {
  return error instanceof Error && "code" in error ? String(error.code) : "unknown";
}
