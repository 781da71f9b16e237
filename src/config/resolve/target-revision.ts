import { createHash } from "node:crypto";
import type { Target } from "../../nouns/target.ts";
import type { Config } from "../config.ts";
import { sortKeys } from "./sort-keys.ts";

type WithoutRevision<Given> = Given extends unknown ? Omit<Given, "revision"> : never;
/** A target before its revision is known. */
export type Unrevised = WithoutRevision<Target>;

const revisionLength = 12;

/**
 * Short hash of a target with its secrets, and of where its registries lie: another whenever a deploy to it might do
 * something else than before. It does not show the secrets, and is not the same as the configuration's.
 */
export function targetRevisionOf(target: Unrevised, registries: Config["registries"]): string {
  const names = [target.registry, ...(target.type === "import" ? [target.into.registry] : [])];
  const places = names.map((name) => [registries[name]?.loginServer, registries[name]?.resourceId]);
  const text = JSON.stringify([target, places], sortKeys);
  return createHash("sha256").update(text).digest("hex").slice(0, revisionLength);
}
