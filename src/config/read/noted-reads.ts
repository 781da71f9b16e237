import { createHash } from "node:crypto";
import { type ReadFile, readTextFile, whyUnreadable } from "./read-file.ts";

/** Files that were read for one configuration, so that it can be said later whether it would be another one. */
export interface NotedReads {
  /** Reads a file once; whoever asks for it again gets the same text. */
  readonly readFile: ReadFile;
  /** What was asked for, whether it could be read or not. */
  paths(): readonly string[];
  /** Whether any of it reads otherwise now. */
  haveChanged(): Promise<boolean>;
}

interface Noted {
  readonly maxBytes: number;
  readonly text: Promise<string>;
  readonly seen: Promise<string>;
}

/** Makes the reads of one configuration. */
export function createNotedReads(read: ReadFile = readTextFile): NotedReads {
  const noted = new Map<string, Noted>();
  return {
    readFile: (path, maxBytes) => {
      const known = noted.get(path);
      if (known !== undefined) return known.text;
      const text = read(path, maxBytes);
      noted.set(path, { maxBytes, text, seen: seenIn(text) });
      return text;
    },
    paths: () => [...noted.keys()],
    haveChanged: async () => {
      for (const [path, { maxBytes, seen }] of noted)
        if ((await seenIn(read(path, maxBytes))) !== (await seen)) return true;
      return false;
    },
  };
}

/** A hash of the text, which may be a secret, or why there is none. */
async function seenIn(text: Promise<string>): Promise<string> {
  try {
    return createHash("sha256")
      .update(await text)
      .digest("hex");
  } catch (error) {
    return whyUnreadable(error);
  }
}
