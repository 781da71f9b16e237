import { readFile } from "node:fs/promises";
import { isLoopback } from "../../../../config/address.ts";
import { ChatopsError } from "../../../../errors.ts";

/** Where a cluster's API server is, how it is trusted, and who we are to it. */
export interface ClusterAccess {
  /** https, or http on loopback; may have a path below which the API is served. */
  readonly server: URL;
  /** PEM of who signs the server's certificate; the machine's own list by default. */
  readonly ca?: string | undefined;
  /** The name in the server's certificate, where it is not the host's. */
  readonly serverName?: string | undefined;
  readonly token?: string | undefined;
  readonly clientCertificate?: { readonly cert: string; readonly key: string } | undefined;
  /** For messages: `the identity "deployer"`. */
  readonly who: string;
}

/** Gives access as it is now: files are read again, tokens renewed. Throws ChatopsError. */
export type OpenCluster = (signal: AbortSignal) => Promise<ClusterAccess>;

/** What does not let a cluster be reached as it is configured. */
export function invalidAccess(message: string, cause?: unknown): ChatopsError {
  return new ChatopsError("config-invalid", message, { cause });
}

/** A file that access takes; throws `config-invalid` with that message where it cannot be read. */
export async function readAccessFile(path: string, message: string, signal: AbortSignal): Promise<string> {
  try {
    return await readFile(path, { encoding: "utf8", signal });
  } catch (error) {
    signal.throwIfAborted();
    throw invalidAccess(message, error);
  }
}

/** The address of an API server; throws `address-forbidden` for anything but https, or http on loopback. */
export function serverAddress(text: string, where: string): URL {
  const url = URL.parse(text);
  const isSafe = url?.protocol === "https:" || (url?.protocol === "http:" && isLoopback(url.hostname));
  if (url === null || !isSafe || url.username !== "" || url.password !== "") {
    throw new ChatopsError(
      "address-forbidden",
      `${where} names no address of an API server that may be called: it must be https, without a user in it.`,
    );
  }
  return url;
}
