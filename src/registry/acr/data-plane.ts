import { ContainerRegistryClient, ContainerRegistryContentClient } from "@azure/container-registry";
import { ForeignAnswerError } from "../../azure/foreign-answer.ts";
import { ChatopsError } from "../../errors.ts";
import { listDeadlineMs, writeDeadlineMs } from "../../outgoing/deadline.ts";
import { keepNewest } from "../../work/keep-newest.ts";
import { digestOf, isDigest } from "../manifest/digest.ts";
import { isManifestType, manifestAccept } from "../manifest/manifest-types.ts";
import type { RegistryReader, RegistryWriter, TagSummary } from "../registry-port.ts";
import { type AcrConnection, maxManifestBytes } from "./acr-connection.ts";
import { createConfigLabels } from "./config-labels.ts";
import { createReferrers } from "./list-referrers.ts";
import { createAttributes } from "./manifest-attributes.ts";
import { checkReference, checkRepository, checkTag } from "./names.ts";

// A content client belongs to one repository; the oldest goes.
const maxContentClients = 200;

type SdkClients = ReturnType<typeof createSdkClients>;

/** The SDK's clients of one connection, each made once. */
function createSdkClients(connection: AcrConnection) {
  const { origin, credential, sdkOptions } = connection;
  const registry = new ContainerRegistryClient(origin, credential, sdkOptions);
  const contents = new Map<string, ContainerRegistryContentClient>();
  return {
    registry,
    /** The client for manifests of one repository. */
    contentOf(repository: string): ContainerRegistryContentClient {
      const known = contents.get(repository);
      if (known !== undefined) return known;
      const made = new ContainerRegistryContentClient(origin, repository, credential, sdkOptions);
      keepNewest(contents, repository, made, maxContentClients);
      return made;
    },
  };
}

// What ACR gives by default; more at once only makes the answer slower.
const pageSize = 100;
// Ours: a registry of a thousand repositories is read in ten pages; nothing that people choose from needs more.
const maxItems = 1000;

/** Reads a registry with the identity of the connection, by the SDK where it knows the call and raw where not. */
export function createReader(connection: AcrConnection): RegistryReader {
  const clients = createSdkClients(connection);
  return {
    readManifest(repository, reference, options) {
      const doing = `read ${repository}${reference.includes(":") ? "@" : ":"}${reference}`;
      return connection.run({ doing }, options, (signal) =>
        readManifest(clients, checkRepository(repository), checkReference(reference), signal),
      );
    },
    findTagDigest(repository, tag, options) {
      const doing = `look up the tag ${repository}:${tag}`;
      return connection.find({ doing }, options, (signal) => tagDigest(clients, repository, tag, signal));
    },
    readAttributes: createAttributes(connection),
    readConfigLabels: createConfigLabels(connection),
    listReferrers: createReferrers(connection),
    async listTags(repository, limit, options) {
      const kind = { doing: `list the tags of ${repository}`, deadlineMs: listDeadlineMs };
      const found = await connection.find(kind, options, (signal) =>
        listTags(clients, checkRepository(repository), limit, signal),
      );
      // A repository that is not there has no tags; a name may be looked up in both of its readings.
      return found ?? [];
    },
    async listDigests(repository, limit, options) {
      const kind = { doing: `list the manifests of ${repository}`, deadlineMs: listDeadlineMs };
      return await connection.find(kind, options, (signal) =>
        listDigests(clients, checkRepository(repository), limit, signal),
      );
    },
    listRepositories(limit, options) {
      const doing = "list its repositories";
      const kind = { doing, right: "list-repositories", deadlineMs: listDeadlineMs } as const;
      return connection.run(kind, options, (signal) => listRepositories(clients, limit, signal));
    },
  };
}

/** Writes into a registry with the identity of the connection. */
export function createWriter(connection: AcrConnection): RegistryWriter {
  const clients = createSdkClients(connection);
  return {
    putTag(repository, manifest, tag, options) {
      const doing = `point ${repository}:${tag} to ${digestOf(manifest.bytes)}`;
      const kind = { doing, right: "write", deadlineMs: writeDeadlineMs } as const;
      return connection.run(kind, options, (signal) => putTag(clients, repository, manifest, tag, signal));
    },
  };
}

async function readManifest(clients: SdkClients, repository: string, reference: string, signal: AbortSignal) {
  let type: string | undefined;
  const reading = clients.contentOf(repository).getManifest(reference, {
    abortSignal: signal,
    // The SDK's own list lacks the artifact types.
    requestOptions: { customHeaders: { Accept: manifestAccept } },
    onResponse: ({ headers }) => {
      type = mediaTypeOf(headers.get("content-type") ?? "");
    },
  });
  const found = await reading.catch((error: unknown) => {
    // Other bytes, or none, that are not even called a manifest are not the registry's.
    throw type === undefined || isManifestType(type) ? error : new ForeignAnswerError("no manifest");
  });
  const digest = digestOf(found.content);
  // The SDK has compared them too; deploys hang on this, so it is not left to a dependency alone.
  if (digest !== found.digest || (isDigest(reference) && digest !== reference))
    throw otherDigest(reference, digest);
  const { manifest } = found;
  if (typeof manifest !== "object" || manifest === null || Array.isArray(manifest)) {
    throw new Error("The manifest is not a JSON object.");
  }
  return { digest, mediaType: mediaTypeOf(found.mediaType), bytes: new Uint8Array(found.content), manifest };
}

function mediaTypeOf(contentType: string): string {
  return (contentType.split(";")[0] ?? "").trim().toLowerCase();
}

async function tagDigest(clients: SdkClients, repository: string, tag: string, signal: AbortSignal) {
  const artifact = clients.registry.getArtifact(checkRepository(repository), checkTag(tag));
  const { digest } = await artifact.getTagProperties(tag, { abortSignal: signal });
  if (!isDigest(digest)) throw new Error("The tag has no sha256 digest.");
  return digest;
}

async function listTags(clients: SdkClients, repository: string, limit: number, signal: AbortSignal) {
  // The SDK lists the tags of a whole repository through an artifact, whichever it is.
  const pages = clients.registry
    .getRepository(repository)
    .getArtifact("latest")
    .listTagProperties({ order: "LastUpdatedOnDescending", abortSignal: signal })
    .byPage({ maxPageSize: Math.min(limit, pageSize) });
  const tags = await firstOf(pages, limit, ({ digest }) => isDigest(digest));
  return tags.map(({ name, digest, lastUpdatedOn }): TagSummary => {
    return { tag: name, digest, updatedAt: lastUpdatedOn.getTime() };
  });
}

async function listDigests(clients: SdkClients, repository: string, limit: number, signal: AbortSignal) {
  const pages = clients.registry
    .getRepository(repository)
    .listManifestProperties({ order: "LastUpdatedOnDescending", abortSignal: signal })
    .byPage({ maxPageSize: Math.min(limit, pageSize) });
  const digests = (await firstOf(pages, limit)).map(({ digest }) => digest).filter(isDigest);
  return { digests, isWhole: digests.length < Math.min(limit, maxItems) };
}

async function listRepositories(clients: SdkClients, limit: number, signal: AbortSignal) {
  const pages = clients.registry
    .listRepositoryNames({ abortSignal: signal })
    .byPage({ maxPageSize: Math.min(limit, pageSize) });
  return await firstOf(pages, limit);
}

async function firstOf<Item>(
  pages: AsyncIterable<readonly Item[]>,
  limit: number,
  counts: (item: Item) => boolean = () => true,
): Promise<readonly Item[]> {
  const wanted = Math.min(limit, maxItems);
  const found: Item[] = [];
  for await (const page of pages) {
    found.push(...page.filter(counts));
    // An empty page whose `Link` leads back to itself would never end.
    if (page.length === 0 || found.length >= wanted) break;
  }
  return found.slice(0, wanted);
}

async function putTag(
  clients: SdkClients,
  repository: string,
  manifest: { readonly bytes: Uint8Array; readonly mediaType: string },
  tag: string,
  signal: AbortSignal,
): Promise<string> {
  if (manifest.bytes.length > maxManifestBytes)
    throw new Error("The manifest is larger than a registry takes.");
  const bytes = Buffer.from(manifest.bytes);
  const options = { tag: checkTag(tag), mediaType: manifest.mediaType, abortSignal: signal };
  const { digest } = await clients.contentOf(checkRepository(repository)).setManifest(bytes, options);
  const sent = digestOf(bytes);
  if (digest !== sent) throw otherDigest(sent, String(digest));
  return digest;
}

function otherDigest(asked: string, got: string): ChatopsError {
  return new ChatopsError(
    "registry-digest-mismatch",
    `Asked for ${asked}, but the registry has ${got.slice(0, 80)}.`,
  );
}
