import type { ImageLabels } from "../nouns/artifact.ts";

/** Every call may be stopped by the caller; it ends by itself too, at the deadlines of `call.ts`. */
export interface CallOptions {
  readonly signal?: AbortSignal;
}

/** A manifest whose bytes were checked: their sha256 is `digest`. */
export interface ManifestContent {
  readonly digest: string;
  readonly mediaType: string;
  /** Exactly as stored: a retag must send these and nothing else. */
  readonly bytes: Uint8Array;
  /** The parsed bytes. Hostile: whoever pushed it wrote it. */
  readonly manifest: Readonly<Record<string, unknown>>;
}

/** What the registry keeps beside a manifest (`/acr/v1/{name}/_manifests/{digest}`). */
export interface ManifestAttributes {
  readonly mediaType?: string;
  readonly configMediaType?: string;
  /** Size of the image; absent for an index. */
  readonly imageBytes?: number;
  readonly architecture?: string;
  readonly os?: string;
  readonly tags: readonly string[];
  /** Digests of the platform manifests of an index. */
  readonly references: readonly string[];
  /** Only `Passed` and `Failed` are documented; any other value means that it waits. */
  readonly quarantineState?: string;
  /** A JSON document as text, written by whoever decided. */
  readonly quarantineDetails?: string;
}

/** What an image's configuration says of itself; hostile text. */
export interface ImageDescription {
  readonly labels: ImageLabels;
  /** `os/architecture[/variant]`. */
  readonly platform?: string;
}

/** One tag of a repository. */
export interface TagSummary {
  readonly tag: string;
  readonly digest: string;
  /** When it was last moved, in ms since the epoch. */
  readonly updatedAt: number;
}

/** What refers to an image: a signature, an SBOM, an attestation. */
export interface ReferrerDescriptor {
  readonly digest: string;
  /** Says what it is; hostile text. */
  readonly artifactType?: string;
}

/** What a repository has: `isWhole` if that is all. */
export interface DigestList {
  readonly digests: readonly string[];
  readonly isWhole: boolean;
}

/** What is read of a registry. Every method fails with a ChatopsError. */
export interface RegistryReader {
  /** By tag or digest; `registry-not-found` if there is none, `registry-digest-mismatch` if the bytes are others. */
  readManifest(repository: string, reference: string, options?: CallOptions): Promise<ManifestContent>;
  /** Undefined if the registry has no such tag. */
  findTagDigest(repository: string, tag: string, options?: CallOptions): Promise<string | undefined>;
  /** Undefined if the registry has no such manifest, or hides it (quarantine). */
  readAttributes(
    repository: string,
    digest: string,
    options?: CallOptions,
  ): Promise<ManifestAttributes | undefined>;
  /** Undefined if the manifest is not one of an image. */
  readConfigLabels(
    repository: string,
    manifest: ManifestContent,
    options?: CallOptions,
  ): Promise<ImageDescription | undefined>;
  /** Newest first, at most `limit`. */
  listTags(repository: string, limit: number, options?: CallOptions): Promise<readonly TagSummary[]>;
  /** What refers to the manifest, at most `limit`; also found where the registry keeps them under the fallback tag. */
  listReferrers(
    repository: string,
    digest: string,
    limit: number,
    options?: CallOptions,
  ): Promise<readonly ReferrerDescriptor[]>;
  /** The digests of a repository, changed last first, at most `limit`; undefined: there is no such repository. */
  listDigests(repository: string, limit: number, options?: CallOptions): Promise<DigestList | undefined>;
  /** In the registry's order, at most `limit`. */
  listRepositories(limit: number, options?: CallOptions): Promise<readonly string[]>;
}

/** What is written into a registry. */
export interface RegistryWriter {
  /** Points the tag to these bytes, and gives their digest; doing it twice is the same as doing it once. */
  putTag(
    repository: string,
    manifest: Pick<ManifestContent, "bytes" | "mediaType">,
    tag: string,
    options?: CallOptions,
  ): Promise<string>;
}

/** What decides on quarantined images; its identity sees them where the reader's may not. */
export interface QuarantineReviewer {
  readAttributes: RegistryReader["readAttributes"];
  /** `details`: as `buildQuarantineDetails` gives them. Doing it twice is the same as doing it once. */
  setQuarantine(
    repository: string,
    digest: string,
    state: "Passed" | "Failed",
    details: string,
    options?: CallOptions,
  ): Promise<void>;
}

/** A webhook as ARM shows it: never its address or its headers. */
export interface WebhookSummary {
  readonly name: string;
  readonly location: string;
  readonly status: string;
  /** Empty: all repositories. */
  readonly scope: string;
  readonly actions: readonly string[];
}

/**
 * One call that ACR made to a webhook. Headers and query are dropped where it is read: the header holds the webhook's
 * secret in clear text.
 */
export interface RecordedCall {
  readonly id: string;
  /** Of the event's own timestamp, in ms since the epoch. */
  readonly at?: number;
  /** The event's body, as hostile as any webhook's. */
  readonly body: unknown;
  /** What the receiver answered, as far as ACR knows. */
  readonly statusCode?: number;
  /** Host name of the receiver. */
  readonly host?: string;
}

/** What is asked of ARM about a registry's webhooks. */
export interface WebhookManagement {
  listWebhooks(options?: CallOptions): Promise<readonly WebhookSummary[]>;
  /** Gives the id of the ping event that the webhook will deliver. */
  pingWebhook(name: string, options?: CallOptions): Promise<string>;
  listEvents(name: string, options?: CallOptions): Promise<readonly RecordedCall[]>;
}
