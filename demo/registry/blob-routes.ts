import type { Call, Handler, Reply } from "../shared/http-call.ts";
import type { Access } from "./access.ts";
import { maxBlobBytes } from "./blob-store.ts";
import { checkDigest, checkRepository, isDigest } from "./names.ts";
import { RegistryError } from "./registry-error.ts";
import { getRepository, openRepository, type Shelf } from "./shelf.ts";

const uploadsPath = /^\/v2\/(.+)\/blobs\/uploads\/?$/;
const uploadPath = /^\/v2\/(.+)\/blobs\/uploads\/([^/]+)$/;
const blobPath = /^\/v2\/(.+)\/blobs\/([^/]+)$/;

/** Blobs and their uploads (POST, PATCH in chunks, PUT, in one piece, mount) by the OCI distribution specification. */
export function createBlobRoutes({
  shelf,
  access,
}: {
  readonly shelf: Shelf;
  readonly access: Access;
}): Handler {
  return (call) => {
    const uploads = uploadsPath.exec(call.path);
    if (uploads !== null && call.method === "POST")
      return begin(shelf, access, call, checkRepository(uploads[1] ?? ""));
    const upload = uploadPath.exec(call.path);
    if (upload !== null)
      return carryOn(shelf, access, call, checkRepository(upload[1] ?? ""), upload[2] ?? "");
    const blob = blobPath.exec(call.path);
    const reads = call.method === "GET" || call.method === "HEAD";
    if (blob !== null && reads)
      return read(shelf, access, call, checkRepository(blob[1] ?? ""), blob[2] ?? "");
    return undefined;
  };
}

async function begin(shelf: Shelf, access: Access, call: Call, name: string): Promise<Reply> {
  const caller = await access.authorize(call, pushNeed(name));
  const mount = call.query.get("mount");
  const from = call.query.get("from");
  if (mount !== null && from !== null && isDigest(mount)) {
    const isThere = shelf.repositories.get(from)?.blobs.has(mount) === true;
    if (isThere && caller.may(from, "pull")) {
      openRepository(shelf, name).blobs.add(mount);
      return created(name, mount);
    }
  }
  const digest = call.query.get("digest");
  const id = shelf.blobs.begin(name);
  if (digest === null) return accepted(name, id, 0);
  shelf.blobs.append(id, name, await call.readBody(maxBlobBytes), undefined);
  return finish(shelf, name, id, digest);
}

async function carryOn(
  shelf: Shelf,
  access: Access,
  call: Call,
  name: string,
  id: string,
): Promise<Reply | undefined> {
  await access.authorize(call, pushNeed(name));
  const range = call.headers["content-range"];
  switch (call.method) {
    case "GET":
      return { ...accepted(name, id, shelf.blobs.uploadedBytes(id, name)), status: 204 };
    case "DELETE":
      shelf.blobs.cancel(id, name);
      return { status: 204 };
    case "PATCH":
      shelf.blobs.uploadedBytes(id, name);
      return accepted(name, id, shelf.blobs.append(id, name, await call.readBody(maxBlobBytes), range));
    case "PUT": {
      shelf.blobs.uploadedBytes(id, name);
      const last = await call.readBody(maxBlobBytes);
      if (last.length > 0) shelf.blobs.append(id, name, last, range);
      return finish(shelf, name, id, call.query.get("digest") ?? "");
    }
    default:
      return undefined;
  }
}

async function read(shelf: Shelf, access: Access, call: Call, name: string, digest: string): Promise<Reply> {
  await access.authorize(call, { type: "repository", name, actions: ["pull"] });
  const isLinked = getRepository(shelf, name).blobs.has(checkDigest(digest));
  const bytes = isLinked ? shelf.blobs.get(digest) : undefined;
  if (bytes === undefined) {
    throw new RegistryError(404, "BLOB_UNKNOWN", "blob unknown to registry", { detail: { digest } });
  }
  const headers = {
    "Content-Type": "application/octet-stream",
    "Docker-Content-Digest": digest,
    Etag: `"${digest}"`,
    "Accept-Ranges": "bytes",
  };
  const range = /^bytes=(\d+)-(\d*)$/.exec(call.headers.range ?? "");
  // Anything but one plain range is answered in full, which HTTP allows.
  if (range === null) return { status: 200, headers, body: bytes };
  const start = Number(range[1]);
  const end = Math.min(range[2] === "" ? bytes.length : Number(range[2]) + 1, bytes.length);
  if (start >= end) return { status: 416, headers: { "Content-Range": `bytes */${bytes.length}` } };
  const contentRange = `bytes ${start}-${end - 1}/${bytes.length}`;
  return {
    status: 206,
    headers: { ...headers, "Content-Range": contentRange },
    body: bytes.subarray(start, end),
  };
}

function finish(shelf: Shelf, name: string, id: string, digest: string): Reply {
  const stored = shelf.blobs.finish(id, name, digest);
  openRepository(shelf, name).blobs.add(stored);
  return created(name, stored);
}

function pushNeed(name: string) {
  return { type: "repository", name, actions: ["pull", "push"] } as const;
}

// Relative, as ACR's are: its SDK resolves them against the address it believes in.
function accepted(name: string, id: string, received: number): Reply {
  const headers = {
    Location: `/v2/${name}/blobs/uploads/${id}`,
    Range: `0-${Math.max(received - 1, 0)}`,
    "Docker-Upload-Uuid": id,
  };
  return { status: 202, headers };
}

function created(name: string, digest: string): Reply {
  return {
    status: 201,
    headers: { Location: `/v2/${name}/blobs/${digest}`, "Docker-Content-Digest": digest },
  };
}
