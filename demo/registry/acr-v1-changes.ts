import { type Call, json, type Reply } from "../shared/http-call.ts";
import { parseObject } from "../shared/json-object.ts";
import type { Access } from "./access.ts";
import { manifestShape, tagShape } from "./acr-v1-shapes.ts";
import { readQuarantinePatch, setQuarantine } from "./quarantine.ts";
import { type Attributes, type TagRecord, unlocked } from "./records.ts";
import { denied, manifestUnknown, RegistryError } from "./registry-error.ts";
import { getRepository, type Shelf } from "./shelf.ts";

/** What the calls of `/acr/v1` work on. */
export type AcrV1Deps = { readonly shelf: Shelf; readonly access: Access; readonly loginServer: string };

const maxPatchBytes = 64 * 1024;

/**
 * PATCH of a manifest: locks, and the quarantine state for who has the writer role (403 without it). The scope is
 * `metadata_write`, or `pull,push` for quarantine as the documentation has it (acr-facts 4.1).
 */
export async function changeManifest(
  { shelf, access, loginServer }: AcrV1Deps,
  call: Call,
  name: string,
  digest: string,
): Promise<Reply> {
  const caller = await access.authorize(call, {
    type: "repository",
    name,
    actions: ["metadata_write"],
    orAny: ["push"],
  });
  const body = await readPatch(call);
  const quarantine = readQuarantinePatch(body);
  const locks = readLocks(body);
  if (quarantine !== undefined && !caller.isQuarantineWriter) throw denied();
  // Locks need the policy right; a pusher has none (acr-facts 3.7).
  if (locks !== undefined && !caller.may(name, "metadata_write")) throw denied();
  const repository = getRepository(shelf, name);
  const known = repository.manifests.get(digest);
  if (known === undefined) throw manifestUnknown(digest);
  if (locks !== undefined) {
    const attributes = { ...known.attributes, ...locks };
    repository.manifests.set(digest, { ...known, attributes, lastUpdateTime: shelf.stamp() });
    shelf.changed();
  }
  if (quarantine !== undefined) setQuarantine(shelf, name, digest, quarantine);
  const record = repository.manifests.get(digest) ?? known;
  return json(200, {
    registry: loginServer,
    imageName: name,
    manifest: manifestShape(shelf, repository, record),
  });
}

/** PATCH of a tag's locks. */
export async function changeTag(
  { shelf, access, loginServer }: AcrV1Deps,
  call: Call,
  name: string,
  key: string,
): Promise<Reply> {
  await access.authorize(call, { type: "repository", name, actions: ["metadata_write"] });
  const tag = lockTag(shelf, name, key, readLocks(await readPatch(call)) ?? {});
  return json(200, { registry: loginServer, imageName: name, tag: tagShape(tag) });
}

/** Changes a tag's locks; 404 for a tag that is not there. */
export function lockTag(shelf: Shelf, name: string, key: string, locks: Partial<Attributes>): TagRecord {
  const repository = getRepository(shelf, name);
  const known = repository.tags.get(key);
  if (known === undefined) throw new RegistryError(404, "TAG_UNKNOWN", "the specified tag does not exist");
  const tag = { ...known, attributes: { ...known.attributes, ...locks }, lastUpdateTime: shelf.stamp() };
  repository.tags.set(key, tag);
  shelf.changed();
  return tag;
}

function readLocks(body: Readonly<Record<string, unknown>>): Partial<Attributes> | undefined {
  const given = Object.keys(unlocked).filter((key) => body[key] !== undefined);
  if (given.length === 0) return undefined;
  return Object.fromEntries(
    given.map((key) => {
      const value = body[key];
      if (typeof value !== "boolean")
        throw new RegistryError(400, "INVALID_REQUEST", `${key} is not a boolean`);
      return [key, value];
    }),
  );
}

async function readPatch(call: Call): Promise<Readonly<Record<string, unknown>>> {
  const value = parseObject((await call.readBody(maxPatchBytes)).toString("utf8"));
  if (value !== undefined) return value;
  throw new RegistryError(400, "INVALID_REQUEST", "the body is not a JSON object");
}
