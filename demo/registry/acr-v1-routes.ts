import { type Call, type Handler, json, type Reply } from "../shared/http-call.ts";
import { type AcrV1Deps, changeManifest, changeTag } from "./acr-v1-changes.ts";
import { isVisible, manifestShape, repositoryShape, tagShape } from "./acr-v1-shapes.ts";
import { catalog } from "./list-routes.ts";
import { checkRepository } from "./names.ts";
import { inOrder, pageOf } from "./pages.ts";
import { manifestUnknown, nameUnknown, RegistryError } from "./registry-error.ts";
import { untag } from "./remove.ts";
import { getRepository } from "./shelf.ts";

const itemPath = /^\/acr\/v1\/(.+)\/_(tags|manifests)\/([^/]+)$/;
const listPath = /^\/acr\/v1\/(.+)\/_(tags|manifests)$/;
const repositoryPath = /^\/acr\/v1\/(.+)$/;

/** ACR's own data plane, `/acr/v1` (acr-facts 4.2); `api-version` is not looked at, as the documentation omits it. */
export function createAcrV1Routes(deps: AcrV1Deps): Handler {
  return (call) => {
    if (!call.path.startsWith("/acr/v1/")) return undefined;
    if (call.path === "/acr/v1/_catalog") return call.method === "GET" ? catalog(deps, call) : undefined;
    const item = itemPath.exec(call.path);
    if (item !== null)
      return oneItem(deps, call, checkRepository(item[1] ?? ""), item[2] ?? "", item[3] ?? "");
    if (call.method !== "GET") return undefined;
    const list = listPath.exec(call.path);
    if (list !== null) {
      const name = checkRepository(list[1] ?? "");
      return list[2] === "tags" ? tags(deps, call, name) : manifests(deps, call, name);
    }
    const repository = repositoryPath.exec(call.path);
    return repository === null ? undefined : attributes(deps, call, checkRepository(repository[1] ?? ""));
  };
}

function oneItem(
  deps: AcrV1Deps,
  call: Call,
  name: string,
  kind: string,
  key: string,
): Promise<Reply> | undefined {
  const isTag = kind === "tags";
  switch (call.method) {
    case "GET":
      return isTag ? tag(deps, call, name, key) : manifest(deps, call, name, key);
    case "PATCH":
      return isTag ? changeTag(deps, call, name, key) : changeManifest(deps, call, name, key);
    case "DELETE":
      return isTag ? removeTag(deps, call, name, key) : undefined;
    default:
      return undefined;
  }
}

function readNeed(name: string) {
  return { type: "repository", name, actions: ["metadata_read"] } as const;
}

async function attributes(
  { shelf, access, loginServer }: AcrV1Deps,
  call: Call,
  name: string,
): Promise<Reply> {
  await access.authorize(call, readNeed(name));
  const repository = getRepository(shelf, name);
  if (repository.manifests.size === 0) throw nameUnknown(name);
  return json(200, repositoryShape(loginServer, repository));
}

async function tags({ shelf, access, loginServer }: AcrV1Deps, call: Call, name: string): Promise<Reply> {
  const caller = await access.authorize(call, readNeed(name));
  const repository = getRepository(shelf, name);
  const digest = call.query.get("digest");
  const visible = inOrder(repository.tags.values(), (item) => item.name, call.query).filter(
    (item) =>
      item.attributes.listEnabled &&
      (digest === null || item.digest === digest) &&
      isVisible(shelf, repository.manifests.get(item.digest), caller.isQuarantineReader),
  );
  const page = pageOf(visible, (item) => item.name, call.query, `/acr/v1/${name}/_tags`);
  return json(200, { registry: loginServer, imageName: name, tags: page.items.map(tagShape) }, page.headers);
}

async function manifests(
  { shelf, access, loginServer }: AcrV1Deps,
  call: Call,
  name: string,
): Promise<Reply> {
  const caller = await access.authorize(call, readNeed(name));
  const repository = getRepository(shelf, name);
  const visible = inOrder(repository.manifests.values(), (item) => item.digest, call.query).filter(
    (item) => item.attributes.listEnabled && isVisible(shelf, item, caller.isQuarantineReader),
  );
  const page = pageOf(visible, (item) => item.digest, call.query, `/acr/v1/${name}/_manifests`);
  const shapes = page.items.map((item) => manifestShape(shelf, repository, item));
  return json(200, { registry: loginServer, imageName: name, manifests: shapes }, page.headers);
}

async function tag(
  { shelf, access, loginServer }: AcrV1Deps,
  call: Call,
  name: string,
  key: string,
): Promise<Reply> {
  const caller = await access.authorize(call, readNeed(name));
  const repository = getRepository(shelf, name);
  const record = repository.tags.get(key);
  const behind = repository.manifests.get(record?.digest ?? "");
  if (record === undefined || !isVisible(shelf, behind, caller.isQuarantineReader)) {
    throw new RegistryError(404, "TAG_UNKNOWN", "the specified tag does not exist", {
      detail: { name: key },
    });
  }
  return json(200, { registry: loginServer, imageName: name, tag: tagShape(record) });
}

async function manifest(
  { shelf, access, loginServer }: AcrV1Deps,
  call: Call,
  name: string,
  digest: string,
): Promise<Reply> {
  const caller = await access.authorize(call, readNeed(name));
  const repository = getRepository(shelf, name);
  const record = repository.manifests.get(digest);
  if (record === undefined || !isVisible(shelf, record, caller.isQuarantineReader))
    throw manifestUnknown(digest);
  const shape = manifestShape(shelf, repository, record);
  return json(200, { registry: loginServer, imageName: name, manifest: shape });
}

async function removeTag(
  { shelf, access }: AcrV1Deps,
  call: Call,
  name: string,
  key: string,
): Promise<Reply> {
  // Which scope frees a tag is told in two ways: the CLI asks `delete`, the AcrPush role says "untagging".
  await access.authorize(call, { type: "repository", name, actions: ["delete"], orAny: ["push"] });
  untag(shelf, name, key);
  return { status: 202 };
}
