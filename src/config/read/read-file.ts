import { constants } from "node:fs";
import { open } from "node:fs/promises";

/** Gives a file's text, or rejects with an error whose `code` says why (ENOENT, EACCES, EFBIG …). */
export type ReadFile = (path: string, maxBytes: number) => Promise<string>;

/**
 * Reads a regular file of at most `maxBytes` as UTF-8, without a byte order mark. Rejects with `code` EFBIG for a
 * larger one, ENOTREG for a folder, device or pipe (which could block for ever), EILSEQ for other bytes.
 */
export const readTextFile: ReadFile = async (path, maxBytes) => {
  // O_NONBLOCK, so that opening a pipe without a writer does not wait.
  await using handle = await open(path, constants.O_RDONLY | constants.O_NONBLOCK);
  if (!(await handle.stat()).isFile()) throw failure("ENOTREG", "not a regular file");
  const chunks: Buffer[] = [];
  // One byte more than allowed tells a file that is too large; `end` is the last byte's place.
  for await (const chunk of handle.createReadStream({ start: 0, end: maxBytes, autoClose: false }))
    chunks.push(chunk);
  const bytes = Buffer.concat(chunks);
  if (bytes.length > maxBytes) throw failure("EFBIG", "too large");
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch (cause) {
    throw failure("EILSEQ", "not UTF-8", cause);
  }
};

function failure(code: string, message: string, cause?: unknown): Error {
  return Object.assign(new Error(message, { cause }), { code });
}

/** In words why a file could not be read, from the error's code alone: its message may hold anything. */
export function whyUnreadable(error: unknown): string {
  const code = error instanceof Error && "code" in error ? String(error.code) : "";
  const known: Readonly<Record<string, string>> = {
    ENOENT: "does not exist",
    ENOTDIR: "does not exist",
    EACCES: "may not be read by this user",
    EISDIR: "is a folder",
    ENOTREG: "is not a regular file",
    EFBIG: "is too large",
    EILSEQ: "is not UTF-8 text",
  };
  return known[code] ?? `cannot be read${/^[A-Z0-9_]{1,30}$/.test(code) ? ` (${code})` : ""}`;
}
