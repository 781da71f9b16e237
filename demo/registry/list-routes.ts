import { type Call, type Handler, json, type Reply } from "../shared/http-call.ts";
import type { Access } from "./access.ts";
import { manifestSize } from "./manifest-facts.ts";
import { ociIndex } from "./media-types.ts";
import { checkDigest, checkRepository } from "./names.ts";
import { pageOf } from "./pages.ts";
import { isBlocked } from "./quarantine.ts";
import type { ManifestRecord } from "./records.ts";
import { getRepository, type Shelf } from "./shelf.ts";

const tagsPath = /^\/v2\/(.+)\/tags\/list$/;
const referrersPath = /^\/v2\/(.+)\/referrers\/([^/]+)$/;

type Deps = { readonly shelf: Shelf; readonly access: Access };

/** The lists of the OCI distribution API: `/v2/`, catalog, tags and referrers. */
export function createListRoutes(deps: Deps): Handler {
  return async (call) => {
    if (call.method !== "GET" && call.method !== "HEAD") return undefined;
    if (call.path === "/v2/" || call.path === "/v2") {
      await deps.access.authorize(call);
      return json(200, {}, { "Docker-Distribution-Api-Version": "registry/2.0" });
    }
    if (call.path === "/v2/_catalog") return catalog(deps, call);
    const tags = tagsPath.exec(call.path);
    if (tags !== null) return tagList(deps, call, checkRepository(tags[1] ?? ""));
    const referrers = referrersPath.exec(call.path);
    if (referrers !== null)
      return referrerList(deps, call, checkRepository(referrers[1] ?? ""), referrers[2] ?? "");
    return undefined;
  };
}

/** The names of all repositories that hold something, a page at a time; serves `/acr/v1/_catalog` too. */
export async function catalog({ shelf, access }: Deps, call: Call): Promise<Reply> {
  await access.authorize(call, { type: "registry", name: "catalog", actions: ["*"] });
  const names = [...shelf.repositories.values()]
    .filter((item) => item.manifests.size > 0)
    .map((item) => item.name);
  const page = pageOf(names.sort(), (name) => name, call.query, call.path);
  return json(200, { repositories: page.items }, page.headers);
}

async function tagList({ shelf, access }: Deps, call: Call, name: string): Promise<Reply> {
  const caller = await access.authorize(call, {
    type: "repository",
    name,
    actions: ["metadata_read"],
    // skopeo asks for `pull` on its own account and never reads the challenge's scope.
    orAny: ["pull"],
  });
  const repository = getRepository(shelf, name);
  const visible = [...repository.tags.values()].filter((tag) => {
    const manifest = repository.manifests.get(tag.digest);
    const hidden = manifest !== undefined && isBlocked(shelf, manifest) && !caller.isQuarantineReader;
    return tag.attributes.listEnabled && !hidden;
  });
  const page = pageOf(visible.map((tag) => tag.name).sort(), (tag) => tag, call.query, call.path);
  return json(200, { name, tags: page.items }, page.headers);
}

async function referrerList(
  { shelf, access }: Deps,
  call: Call,
  name: string,
  subject: string,
): Promise<Reply> {
  await access.authorize(call, { type: "repository", name, actions: ["pull"] });
  checkDigest(subject);
  const wanted = call.query.get("artifactType");
  const manifests = [...(shelf.repositories.get(name)?.manifests.values() ?? [])]
    .filter((manifest) => manifest.document.subject?.digest === subject)
    .map(referrer)
    .filter((descriptor) => wanted === null || descriptor.artifactType === wanted);
  return json(
    200,
    { schemaVersion: 2, mediaType: ociIndex, manifests },
    { "Content-Type": ociIndex, ...(wanted === null ? {} : { "OCI-Filters-Applied": "artifactType" }) },
  );
}

function referrer(manifest: ManifestRecord) {
  const { artifactType, config, annotations } = manifest.document;
  return {
    mediaType: manifest.mediaType,
    digest: manifest.digest,
    size: manifestSize(manifest),
    artifactType: artifactType ?? config?.mediaType,
    ...(annotations === undefined ? {} : { annotations }),
  };
}
