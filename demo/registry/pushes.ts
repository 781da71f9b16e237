import { createHash, randomUUID } from "node:crypto";
import { digestOf } from "./blob-store.ts";
import { dockerList, dockerManifest, ociIndex, ociManifest } from "./media-types.ts";
import { checkRepository } from "./names.ts";
import { type BuiltManifest, buildHelmChart, buildImage, buildIndex, buildReferrer } from "./oci-content.ts";
import { putManifest } from "./put-manifest.ts";
import type { RequestFacts } from "./records.ts";
import { manifestUnknown, RegistryError } from "./registry-error.ts";
import { addBlob, getRepository, type Shelf } from "./shelf.ts";

// What a docker client of today says of itself.
const dockerUserAgent =
  "docker/28.3.2 go/go1.24.5 git-commit/e77ff99 kernel/6.8.0-64-generic os/linux arch/amd64 UpstreamClient(Docker-Client/28.3.2 \\(linux\\))";
const defaultSizeBytes = 24 * 1024;
const maxSizeBytes = 64 * 1024 * 1024;
const maxPlatforms = 16;

/** A push to make. `userAgent: ""` leaves the event without one; without a tag the image is pushed by digest. */
export type PushRequest = {
  readonly repository: string;
  readonly tag?: string;
  readonly platforms?: readonly string[];
  readonly userAgent?: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly sizeBytes?: number;
  /** A media type of the Docker family makes everything Docker's; otherwise it is OCI's. */
  readonly mediaType?: string;
  /** Pushes a Helm chart as `helm push oci://…` does, instead of an image. */
  readonly helmChart?: boolean;
};

/** What a push made; `children` are the digests of an index's manifests. */
export type PushResult = { readonly digest: string; readonly children: readonly string[] };

/** Pushes real content into the registry. */
export type Pushes = ReturnType<typeof createPushes>;

/** The pushes of the demo; each makes content of its own, so no two have the same digest. */
export function createPushes(deps: {
  readonly shelf: Shelf;
  readonly loginServer: string;
  readonly now: () => number;
  readonly seed: string;
}) {
  const { shelf, loginServer } = deps;
  let count = 0;

  function facts(userAgent: string | undefined): RequestFacts {
    const useragent = userAgent ?? dockerUserAgent;
    return { id: randomUUID(), host: loginServer, method: "PUT", ...(useragent === "" ? {} : { useragent }) };
  }

  function put(
    repository: string,
    reference: string | undefined,
    built: BuiltManifest,
    userAgent?: string,
  ): string {
    for (const blob of built.blobs) addBlob(shelf, repository, blob);
    const { bytes, mediaType } = built;
    const request = facts(userAgent);
    return putManifest(shelf, {
      repository,
      reference: reference ?? digestOf(bytes),
      bytes,
      mediaType,
      request,
    }).digest;
  }

  function push(request: PushRequest): PushResult {
    const repository = checkRepository(request.repository);
    const platforms = readPlatforms(request.platforms);
    const sizeBytes = readSize(request.sizeBytes);
    const created = new Date(deps.now()).toISOString();
    count += 1;
    const seed = `${deps.seed} ${count}`;
    if (request.helmChart === true) {
      const name = repository.split("/").at(-1) ?? repository;
      const chart = buildHelmChart({ seed, name, version: request.tag ?? "0.1.0", created });
      return {
        digest: put(repository, request.tag, chart, request.userAgent ?? "Helm/3.18.4"),
        children: [],
      };
    }
    const labels = { ...plausibleLabels(repository, request.tag, seed, created), ...request.labels };
    const family = readFamily(request.mediaType);
    const images = platforms.map((platform) =>
      buildImage({ seed, platform, labels, sizeBytes, created, family }),
    );
    const [only] = images;
    const isIndex = images.length > 1 || request.mediaType === ociIndex || request.mediaType === dockerList;
    if (only !== undefined && !isIndex) {
      return { digest: put(repository, request.tag, only, request.userAgent), children: [] };
    }
    // As docker and buildx do: each child by its digest, so its event has no tag, then the index by its tag.
    const children = images.map((image) => put(repository, undefined, image, request.userAgent));
    const index = buildIndex(images, platforms, family);
    return { digest: put(repository, request.tag, index, request.userAgent), children };
  }

  return {
    push,
    /** Pushes an artifact that refers to `subject` (a signature, an SBOM), by digest unless a tag is given. */
    pushReferrer(request: {
      readonly repository: string;
      readonly subject: string;
      readonly artifactType: string;
      readonly tag?: string;
      readonly userAgent?: string;
    }): PushResult {
      const { repository, artifactType } = request;
      const subject = getRepository(shelf, repository).manifests.get(request.subject);
      if (subject === undefined) throw manifestUnknown(request.subject);
      count += 1;
      const payload = Buffer.from(JSON.stringify({ subject: subject.digest, seed: `${deps.seed} ${count}` }));
      const { digest, mediaType, bytes } = subject;
      const created = new Date(deps.now()).toISOString();
      const built = buildReferrer({
        artifactType,
        subject: { mediaType, digest, size: bytes.length },
        payload,
        created,
      });
      return { digest: put(repository, request.tag, built, request.userAgent ?? "oras/1.2.3"), children: [] };
    },
    /** Points a tag to a digest that is there, by putting its own bytes again, as anybody may do (acr-facts 4.4). */
    setTag(repository: string, tag: string, digest: string, userAgent?: string): void {
      const manifest = getRepository(shelf, repository).manifests.get(digest);
      if (manifest === undefined) throw manifestUnknown(digest);
      const { bytes, mediaType } = manifest;
      putManifest(shelf, { repository, reference: tag, bytes, mediaType, request: facts(userAgent) });
    },
  };
}

function plausibleLabels(repository: string, tag: string | undefined, seed: string, created: string) {
  const name = repository.split("/").at(-1) ?? repository;
  return {
    "org.opencontainers.image.source": `https://github.com/contoso/${name}`,
    "org.opencontainers.image.revision": createHash("sha1").update(seed).digest("hex"),
    "org.opencontainers.image.version": tag ?? "0.0.0",
    "org.opencontainers.image.created": created,
  };
}

function readFamily(mediaType: string | undefined): "oci" | "docker" {
  if (mediaType === dockerManifest || mediaType === dockerList) return "docker";
  if (mediaType === undefined || mediaType === ociManifest || mediaType === ociIndex) return "oci";
  throw new RegistryError(400, "MANIFEST_INVALID", `media type "${mediaType.slice(0, 200)}" is not taken`);
}

function readPlatforms(platforms: readonly string[] | undefined): readonly string[] {
  const given = platforms === undefined || platforms.length === 0 ? ["linux/amd64"] : [...new Set(platforms)];
  const areRight = given.every((platform) =>
    /^[a-z0-9]{1,30}\/[a-z0-9_]{1,30}(?:\/[a-z0-9]{1,30})?$/.test(platform),
  );
  if (areRight && given.length <= maxPlatforms) return given;
  throw new RegistryError(400, "INVALID_REQUEST", `platforms are like linux/arm64, at most ${maxPlatforms}`);
}

function readSize(sizeBytes = defaultSizeBytes): number {
  if (Number.isSafeInteger(sizeBytes) && sizeBytes > 0 && sizeBytes <= maxSizeBytes) return sizeBytes;
  throw new RegistryError(400, "INVALID_REQUEST", `sizeBytes is from 1 to ${maxSizeBytes}`);
}
