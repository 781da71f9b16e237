import type { z } from "zod";
import type { TargetOf, TargetType } from "../../nouns/target.ts";
import type { TargetBase } from "../../nouns/target-base.ts";
import { type Present, present } from "../../present.ts";
import type { Finding, Tree } from "../read/finding.ts";
import type { Path } from "../read/problem.ts";
import { targetBase } from "./schema-target-base.ts";

/** What a target has by its type alone. */
export type Own<Type extends TargetType> =
  TargetOf<Type> extends infer Kind ? (Kind extends unknown ? Omit<Kind, keyof TargetBase> : never) : never;

/**
 * Everything that the configuration knows of one type of target. Nothing here may be left out, so that a new type
 * answers every question; paths are those below the target.
 */
export interface TargetForm<Type extends TargetType, Schema extends z.ZodObject> {
  /** Its keys, with those that all targets have. */
  readonly schema: Schema;
  /** What people write who know the thing by another name: `aks`. */
  readonly otherNames: readonly string[];
  /** How long a deploy may take where the configuration does not say, in ms. */
  readonly timeoutMs: number;
  /** Whether it is one container: only one repository's images belong there, and what `replaces` names. */
  readonly runsOneImage: boolean;
  /** Whether it sees that an image is not well, so that it can go back by itself. */
  readonly seesHealth: boolean;
  /** Registries that it names, and what the bot must be able to do there in mode `act`. */
  readonly registries: readonly RegistryUse[];
  /** Keys in whose place nothing is ever quoted: `secret`, `inputs.*`. */
  readonly hiddenKeys: readonly string[];
  /** Every secret's value that it holds, as the logger and messages keep them out. */
  readonly secrets: (target: Own<Type>) => readonly string[];
  /** The same target without the values of its secrets, for its revision: a rotation voids no approval. */
  readonly withoutSecrets: (target: Own<Type>) => object;
  /** What is wrong and no schema can say; looks at what may not have its shape. */
  readonly check: (tree: Tree) => readonly Finding[];
  /** What is allowed and probably not meant. */
  readonly advise: (file: z.infer<Schema>) => readonly Finding[];
  /** Where it deploys to, if two targets may not have the same place; looks at what may not have its shape. */
  readonly placeOf: (value: unknown) => TargetPlace | undefined;
  /** That `one` may fill or move what `other` does too; `name` is the other's, for the message. */
  readonly overlap: (one: z.infer<Schema>, other: z.infer<Schema>, name: string) => readonly Finding[];
  /** Files that are read at each deploy. */
  readonly files: (file: z.infer<Schema>) => readonly { readonly path: Path; readonly file: string }[];
  /** Its own keys with their defaults. */
  readonly resolve: (file: z.infer<Schema>) => Own<Type>;
}

export interface RegistryUse {
  readonly path: Path;
  readonly uses: readonly ("read" | "write")[];
  /** Azure is told of the registry by its ARM id. */
  readonly byArmId?: true;
}

export interface TargetPlace {
  /** The key that names it. */
  readonly key: string;
  readonly parts: readonly (string | undefined)[];
}

/** Of a type that reads its registry and has nothing to do with another one. */
export const readsItsRegistry: readonly RegistryUse[] = [{ path: ["registry"], uses: ["read"] }];

// What we do ourselves takes minutes; what another system does for us takes as long as its queue.
export const ownTimeoutMs = 600_000;

/** Of a type that sets the image of one container and sees how it runs. */
export const oneContainer = {
  timeoutMs: ownTimeoutMs,
  runsOneImage: true,
  seesHealth: true,
  registries: readsItsRegistry,
} as const;
/** Of a type that has another system deploy. */
export const anotherSystem = {
  timeoutMs: 3_600_000,
  runsOneImage: false,
  registries: readsItsRegistry,
} as const;

/** Answers of a type that has no such thing. */
export const none = (): readonly never[] => [];
/** Of a type of which several targets may deploy to one place. */
export const sharesPlaces = {
  placeOf: (): undefined => undefined,
  overlap: none,
} as const;
/** Of a type that holds no secret. */
export const noSecrets = {
  hiddenKeys: [],
  secrets: none,
  withoutSecrets: (target: object) => target,
} as const;

/** Whether two targets take the same pattern of repositories, of one registry. */
export function sharesRepository(
  one: { readonly registry: string; readonly repositories: readonly string[] },
  other: { readonly registry: string; readonly repositories: readonly string[] },
): boolean {
  return (
    one.registry === other.registry &&
    other.repositories.some((pattern) => one.repositories.includes(pattern))
  );
}

/** The keys that a target has by its type, as they are written; those that are absent are not there at all. */
export function ownKeysOf<File extends object>(file: File): Present<Omit<File, keyof typeof targetBase>> {
  const own = Object.entries(file).filter(([key]) => !Object.hasOwn(targetBase, key));
  return present(Object.fromEntries(own)) as Present<Omit<File, keyof typeof targetBase>>;
}

/** Whether a part of a secret is kept out of lines: a shorter one might stand in any of them by chance. */
export function isLongEnoughToHide(text: string): boolean {
  return text.length >= 16;
}

/** A value that `check` has asked for; a bug if it let the file pass without. */
export function checked<Value>(value: Value | undefined, key: string): Value {
  if (value === undefined) throw new RangeError(`a target's ${key} is missing, which no check let pass`);
  return value;
}
