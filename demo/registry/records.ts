/** What an `attributes` object of `/acr/v1` holds; a lock is `writeEnabled: false` or `deleteEnabled: false`. */
export type Attributes = {
  readonly deleteEnabled: boolean;
  readonly writeEnabled: boolean;
  readonly listEnabled: boolean;
  readonly readEnabled: boolean;
};

/** The facts of a request that an event carries; `useragent` may be absent, as in a real capture of 2026. */
export type RequestFacts = {
  readonly id: string;
  readonly host: string;
  readonly method: string;
  readonly useragent?: string;
};

/** A reference inside a manifest to other content. */
export type Descriptor = {
  readonly mediaType: string;
  readonly digest: string;
  readonly size: number;
  readonly urls?: readonly string[];
  readonly platform?: { readonly architecture: string; readonly os: string };
  readonly artifactType?: string;
  readonly annotations?: Readonly<Record<string, string>>;
};

/** A manifest's JSON as far as a registry reads it. */
export type ManifestDocument = {
  readonly config?: Descriptor;
  readonly layers?: readonly Descriptor[];
  readonly manifests?: readonly Descriptor[];
  readonly subject?: Descriptor;
  readonly artifactType?: string;
  readonly annotations?: Readonly<Record<string, string>>;
};

/** One stored manifest; `pendingTags` wait for the release from quarantine. */
export type ManifestRecord = {
  readonly digest: string;
  readonly mediaType: string;
  readonly bytes: Buffer;
  readonly document: ManifestDocument;
  readonly createdTime: string;
  readonly lastUpdateTime: string;
  readonly attributes: Attributes;
  readonly quarantineState?: string;
  readonly quarantineDetails?: string;
  readonly pendingTags: readonly string[];
  readonly pushedBy: RequestFacts;
};

/** One tag and the digest that it points to. */
export type TagRecord = {
  readonly name: string;
  readonly digest: string;
  readonly createdTime: string;
  readonly lastUpdateTime: string;
  readonly attributes: Attributes;
};

/** One repository; its maps are changed in place, what they hold is replaced. */
export type RepositoryRecord = {
  readonly name: string;
  readonly createdTime: string;
  readonly manifests: Map<string, ManifestRecord>;
  readonly tags: Map<string, TagRecord>;
  readonly blobs: Set<string>;
};

/** Attributes of something that is not locked. */
export const unlocked: Attributes = {
  deleteEnabled: true,
  writeEnabled: true,
  listEnabled: true,
  readEnabled: true,
};
