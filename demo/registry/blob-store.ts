import { createHash, randomUUID } from "node:crypto";
import { checkDigest } from "./names.ts";
import { disallowed, RegistryError } from "./registry-error.ts";

// Ours, so that a demo on a laptop stays small: ACR takes layers of 200 GiB and terabytes in all.
export const maxBlobBytes = 256 * 1024 * 1024;
const maxTotalBytes = 1024 * 1024 * 1024;
const maxOpenUploads = 64;

/** Content by its sha256, and the uploads that are under way. */
export type BlobStore = ReturnType<typeof createBlobStore>;

type Upload = { readonly repository: string; readonly chunks: Buffer[]; length: number };

/** The digest of these bytes, as `sha256:` and 64 hex digits. */
export function digestOf(bytes: Buffer): string {
  return `sha256:${createHash("sha256").update(bytes).digest("hex")}`;
}

/** Keeps bytes in memory, at most 1 GiB; beyond that every write is refused as ACR refuses a full registry. */
export function createBlobStore() {
  const blobs = new Map<string, Buffer>();
  const uploads = new Map<string, Upload>();
  let totalBytes = 0;

  function put(bytes: Buffer): string {
    const digest = digestOf(bytes);
    if (blobs.has(digest)) return digest;
    reserve(bytes.length);
    totalBytes += bytes.length;
    blobs.set(digest, bytes);
    return digest;
  }

  function reserve(bytes: number): void {
    if (totalBytes + bytes > maxTotalBytes) throw disallowed();
  }

  function begin(repository: string): string {
    // The oldest goes: a client that died leaves its upload behind.
    const [oldest] = uploads.keys();
    if (uploads.size >= maxOpenUploads && oldest !== undefined) uploads.delete(oldest);
    const id = randomUUID();
    uploads.set(id, { repository, chunks: [], length: 0 });
    return id;
  }

  function getUpload(id: string, repository: string): Upload {
    const upload = uploads.get(id);
    if (upload?.repository === repository) return upload;
    throw new RegistryError(404, "BLOB_UPLOAD_UNKNOWN", "blob upload unknown to registry");
  }

  function append(id: string, repository: string, chunk: Buffer, range: string | undefined): number {
    const upload = getUpload(id, repository);
    const start = range === undefined ? upload.length : Number(/^(?:bytes[ =])?(\d+)-\d*/.exec(range)?.[1]);
    if (start !== upload.length) {
      throw new RegistryError(416, "BLOB_UPLOAD_INVALID", `the next byte expected is ${upload.length}`);
    }
    if (upload.length + chunk.length > maxBlobBytes) {
      uploads.delete(id);
      throw new RegistryError(413, "SIZE_INVALID", `a blob has at most ${maxBlobBytes} bytes here`);
    }
    reserve(openBytes() + chunk.length);
    upload.chunks.push(chunk);
    upload.length += chunk.length;
    return upload.length;
  }

  function openBytes(): number {
    let bytes = 0;
    for (const upload of uploads.values()) bytes += upload.length;
    return bytes;
  }

  function finish(id: string, repository: string, digest: string): string {
    const upload = getUpload(id, repository);
    const bytes = Buffer.concat(upload.chunks);
    uploads.delete(id);
    if (digestOf(bytes) === checkDigest(digest)) return put(bytes);
    throw new RegistryError(400, "DIGEST_INVALID", "provided digest did not match uploaded content");
  }

  return {
    put,
    get: (digest: string) => blobs.get(digest),
    sizeOf: (digest: string) => blobs.get(digest)?.length ?? 0,
    begin,
    uploadedBytes: (id: string, repository: string) => getUpload(id, repository).length,
    append,
    finish,
    cancel(id: string, repository: string): void {
      getUpload(id, repository);
      uploads.delete(id);
    },
  };
}
