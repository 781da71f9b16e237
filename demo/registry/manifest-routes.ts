import type { Call, Handler, Reply } from "../shared/http-call.ts";
import type { Access } from "./access.ts";
import { maxManifestBytes } from "./manifest-document.ts";
import { acceptRefusal } from "./media-types.ts";
import { checkRepository, isDigest } from "./names.ts";
import { putManifest } from "./put-manifest.ts";
import { resolve } from "./quarantine.ts";
import { manifestUnknown, RegistryError } from "./registry-error.ts";
import { deleteManifest } from "./remove.ts";
import { requestFacts } from "./request-facts.ts";
import type { Shelf } from "./shelf.ts";

const manifestPath = /^\/v2\/(.+)\/manifests\/([^/]+)$/;

type Deps = { readonly shelf: Shelf; readonly access: Access; readonly loginServer: string };

/** GET, HEAD, PUT and DELETE of manifests. */
export function createManifestRoutes(deps: Deps): Handler {
  return (call) => {
    const match = manifestPath.exec(call.path);
    if (match === null) return undefined;
    const name = checkRepository(match[1] ?? "");
    const reference = match[2] ?? "";
    switch (call.method) {
      case "GET":
      case "HEAD":
        return read(deps, call, name, reference);
      case "PUT":
        return put(deps, call, name, reference);
      case "DELETE":
        return remove(deps, call, name, reference);
      default:
        return undefined;
    }
  };
}

async function read({ shelf, access }: Deps, call: Call, name: string, reference: string): Promise<Reply> {
  const caller = await access.authorize(call, { type: "repository", name, actions: ["pull"] });
  const manifest = resolve(shelf, name, reference, caller.isQuarantineReader);
  const refusal = acceptRefusal(call.headers.accept, manifest.mediaType);
  if (refusal !== undefined) throw manifestUnknown(reference, refusal);
  const headers = {
    "Content-Type": manifest.mediaType,
    "Docker-Content-Digest": manifest.digest,
    Etag: `"${manifest.digest}"`,
  };
  return { status: 200, headers, body: manifest.bytes };
}

async function put(deps: Deps, call: Call, name: string, reference: string): Promise<Reply> {
  await deps.access.authorize(call, { type: "repository", name, actions: ["pull", "push"] });
  const bytes = await call.readBody(maxManifestBytes);
  const mediaType = (call.headers["content-type"] ?? "").split(";")[0]?.trim() ?? "";
  const request = requestFacts(call, deps.loginServer);
  const manifest = putManifest(deps.shelf, { repository: name, reference, mediaType, bytes, request });
  const headers: Record<string, string> = {
    Location: `/v2/${name}/manifests/${manifest.digest}`,
    "Docker-Content-Digest": manifest.digest,
  };
  // The specification's sign that the registry keeps referrers itself, so that clients write no fallback tag.
  const subject = manifest.document.subject;
  if (subject !== undefined) headers["OCI-Subject"] = subject.digest;
  return { status: 201, headers };
}

async function remove(
  { shelf, access, loginServer }: Deps,
  call: Call,
  name: string,
  reference: string,
): Promise<Reply> {
  await access.authorize(call, { type: "repository", name, actions: ["delete"] });
  // "Note that a manifest can only be deleted by digest" (the data plane's swagger); a tag goes by `/acr/v1`.
  if (!isDigest(reference))
    throw new RegistryError(405, "UNSUPPORTED", "a manifest is deleted by digest only");
  deleteManifest(shelf, name, reference, requestFacts(call, loginServer));
  return { status: 202 };
}
