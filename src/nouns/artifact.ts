/** What an artifact is. `unknown` until the registry has been read. */
export type ArtifactKind =
  | "unknown"
  | "image"
  | "index"
  | "helm-chart"
  | "legacy-chart"
  | "signature"
  | "sbom"
  | "attestation"
  | "other";

/** Names one artifact. As text it is `registry/repository@digest`, the *subject* of cards and messages. */
export interface ArtifactKey {
  readonly registry: string;
  readonly repository: string;
  readonly digest: string;
}

/** What the registry itself said of an artifact, and when. */
export type Verification =
  /** `asked`: the registry did not have it, or could not be asked, and is asked again; absent: not asked yet. */
  | { readonly state: "unverified"; readonly why?: string; readonly asked?: "denied" | "failed" }
  | { readonly state: "verified"; readonly at: number }
  | { readonly state: "mismatched"; readonly at: number; readonly why: string };

/** `held`: waits for a decision · `passed`/`failed`: decided · `none`: never quarantined, as far as we know. */
export type QuarantineState = "none" | "held" | "passed" | "failed";

/** Labels of the image's configuration that cards show. All hostile text; `source` is shown as a link only if https. */
export interface ImageLabels {
  readonly source?: string;
  readonly revision?: string;
  readonly version?: string;
}

/** Something attached to an artifact (by OCI `subject` or by a `sha256-…` tag). */
export interface Referrer {
  readonly digest: string;
  readonly kind: ArtifactKind;
}

/** What a scanner found; hostile text. */
export interface Scan {
  readonly findings: readonly { readonly severity: string; readonly count: number }[];
  /** Its report. */
  readonly link?: string;
}

/** All that is known of one artifact besides its tags. Facts only: what a card says is derived from it. */
export interface Artifact extends ArtifactKey {
  /** 1, then one more for each push after a delete, or after it was taken back. */
  readonly incarnation: number;
  readonly kind: ArtifactKind;
  readonly mediaType?: string;
  readonly manifestBytes?: number;
  /** Size of the image: its layers and configuration; absent for an index. */
  readonly imageBytes?: number;
  /** `os/architecture[/variant]`. */
  readonly platforms: readonly string[];
  /** Digests of the platform manifests, if this is an index. */
  readonly children: readonly string[];
  /** Platforms of the index whose manifests the registry has no more: nothing can be pulled for them. */
  readonly lostPlatforms?: readonly string[];
  /** The index or subject that this belongs to; such an artifact has no card of its own. */
  readonly parent?: string;
  readonly referrers: readonly Referrer[];
  readonly labels: ImageLabels;
  /** Since when they could not be read, though there may be some. */
  readonly labelsUnreadSince?: number;
  readonly chart?: { readonly name: string; readonly version?: string };
  readonly firstSeenAt: number;
  /** Newest event of each kind by the time it happened. */
  readonly pushedAt?: number;
  readonly quarantinedAt?: number;
  readonly deletedAt?: number;
  /** When the registry, which had confirmed it, first had it no more; asked once again, it counts as deleted. */
  readonly missedAt?: number;
  /** The newest event about it, so that one search of the log finds its whole story. */
  readonly eventId?: string;
  /** The tag that the newest push or quarantine event named. */
  readonly announcedTag?: string;
  /** Tags that pointed here when it was deleted: a delete event names none. */
  readonly tagsWhenDeleted: readonly string[];
  /** `quarantineState` as the registry gave it, when it was read, and who had set it and why; hostile text. */
  readonly registryQuarantine?: {
    readonly state: string;
    readonly at: number;
    readonly by?: string;
    readonly why?: string;
  };
  readonly scan?: Scan;
  readonly userAgent?: string;
  readonly connectedRegistry?: string;
  /** First arrival from each region that said where it is. */
  readonly regions: readonly { readonly region: string; readonly at: number }[];
  /** The digest that the announced tag had before, for "change against the one before". */
  readonly replacedDigest?: string;
  readonly verification: Verification;
  /**
   * An operator took back what events said of it, and only its posted card is left; `tag` is what that was called by.
   */
  readonly takenBack?: { readonly at: number; readonly tag?: string };
}

/** A tag as we know it. Only `push` moves it; where two digests claim it, it is disputed until the registry is asked. */
export interface TagState {
  readonly tag: string;
  readonly digest: string;
  /** When it moved here, by the registry's clock. */
  readonly movedAt: number;
  readonly disputed: boolean;
  readonly previousDigest?: string;
}

/** An artifact of which nothing is known but its name, first heard of at `at` (ms). */
export function newArtifact(key: ArtifactKey, at: number): Artifact {
  return {
    ...key,
    incarnation: 1,
    kind: "unknown",
    platforms: [],
    children: [],
    referrers: [],
    labels: {},
    firstSeenAt: at,
    tagsWhenDeleted: [],
    regions: [],
    verification: { state: "unverified" },
  };
}

/** The artifact to go on from: what is not known, or was taken back, begins anew; the latter with a card of its own. */
export function knownOrNew(known: Artifact | undefined, key: ArtifactKey, at: number): Artifact {
  if (known === undefined) return newArtifact(key, at);
  if (known.takenBack === undefined) return known;
  return { ...newArtifact(key, at), incarnation: known.incarnation + 1 };
}

/** Whether the registry itself has told of it. That it does not have what it never had confirms no delete. */
export function isConfirmed({ verification, deletedAt, kind, digest }: Artifact): boolean {
  if (verification.state !== "verified") return false;
  // A whole repository: verified only if an image of it was known.
  if (digest === "") return true;
  return deletedAt === undefined || (kind !== "unknown" && kind !== "legacy-chart");
}

// Only the registry tells of these kinds; of others an event may.
const kindsOfRegistry: readonly ArtifactKind[] = ["image", "index", "helm-chart"];

/** Whether the registry has ever told of it: what it said outlives a doubt, such as one that a delete event casts on it. */
export function wasConfirmed(artifact: Artifact): boolean {
  const { kind, imageBytes } = artifact;
  return isConfirmed(artifact) || kindsOfRegistry.includes(kind) || imageBytes !== undefined;
}

/** Whether the registry was asked and says otherwise than the events about it. */
export function isDenied({ verification }: Artifact): boolean {
  return (
    verification.state === "mismatched" ||
    (verification.state === "unverified" && verification.asked === "denied")
  );
}

/** Whether the registry has not been asked yet. */
export function isUnanswered({ verification }: Artifact): boolean {
  return verification.state === "unverified" && verification.asked === undefined;
}

/** `registry/repository@digest`: the text form of an artifact's key, used as subject of cards and messages. */
export function subjectOf(key: ArtifactKey): string {
  return `${key.registry}/${key.repository}@${key.digest}`;
}

/** The key that `subjectOf` made; throws a RangeError for text that has no such form. */
export function keyOfSubject(subject: string): ArtifactKey {
  const slash = subject.indexOf("/");
  const at = subject.lastIndexOf("@");
  if (slash < 1 || at < slash + 2) throw new RangeError(`not a subject: ${subject}`);
  return {
    registry: subject.slice(0, slash),
    repository: subject.slice(slash + 1, at),
    digest: subject.slice(at + 1),
  };
}

/**
 * Whether it waits for a decision. A push of a digest, before or after, says that it is not quarantined,
 * unless the registry says otherwise (with the policy off ACR sends `quarantine` and `push` for each push).
 */
export function quarantineOf(artifact: Artifact): QuarantineState {
  const said = artifact.registryQuarantine?.state;
  if (said === "Passed") return "passed";
  if (said === "Failed") return "failed";
  // The documentation names only Passed and Failed: any other value that the registry gives means that it waits.
  if (said !== undefined && said !== "") return "held";
  if (artifact.quarantinedAt === undefined) return "none";
  return artifact.pushedAt === undefined ? "held" : "none";
}
