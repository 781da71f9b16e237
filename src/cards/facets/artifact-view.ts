import type { Artifact, TagState } from "../../nouns/artifact.ts";
import type { ChannelId } from "../../nouns/channel.ts";
import type { Mode } from "../../nouns/mode.ts";
import type { ApprovalCount, Operation } from "../../nouns/operation.ts";
import type { Placement } from "../../nouns/placement.ts";
import type { Target } from "../../nouns/target.ts";

/** Everything that a card is derived from, read from the store and the configuration. */
export interface ArtifactView {
  readonly channel: ChannelId;
  readonly artifact: Artifact;
  /** Tags that point to it now. */
  readonly tags: readonly TagState[];
  /** Where the announced tag points now. */
  readonly namedTag?: TagState;
  /** What the announced tag pointed to before. */
  readonly replaced?: Artifact;
  /** Newest first: those that put this digest in place, and those asked from its card (a roll back *from* it). */
  readonly operations: readonly Operation[];
  /** All placements of its repository. */
  readonly placements: readonly Placement[];
  /** Tags by digest, to name the other digests of the repository. */
  readonly tagsByDigest: ReadonlyMap<string, readonly string[]>;
  /** Targets that take this repository, in the order of the configuration. */
  readonly targets: readonly Target[];
  /** By target: the image that can be gone back to now. */
  readonly previous: ReadonlyMap<string, string>;
  /** By the id of an operation that awaits approval. */
  readonly approvals: ReadonlyMap<string, ApprovalCount>;
  /** By target: why nothing is deployed there now (a lock, a freeze), in words for people. */
  readonly holds: ReadonlyMap<string, string>;
  readonly mode: Mode;
  readonly loginServer: string;
  /** Whether the bot has credentials to read this registry. */
  readonly registryReadable: boolean;
  /** Whether the bot has credentials to release and reject, and the configuration names who may. */
  readonly reviewable: boolean;
  readonly portalUrl?: string;
  /** False on a frozen card: it keeps its links only. */
  readonly actable: boolean;
}
