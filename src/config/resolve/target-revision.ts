import { createHash } from "node:crypto";
import type { Target } from "../../nouns/target.ts";
import type { Config } from "../config.ts";
import { textAt } from "../read/tree.ts";
import { formOf } from "../targets/target-forms.ts";
import { sortKeys } from "./sort-keys.ts";

type WithoutRevision<Given> = Given extends unknown ? Omit<Given, "revision"> : never;
/** A target before its revision is known. */
export type Unrevised = WithoutRevision<Target>;

const revisionLength = 12;

/**
 * Short hash of a target, and of where its registries lie: another whenever a deploy to it might do something else than
 * before. The values of secrets are left out, for approvals hold for a revision, and a rotation changes no deploy.
 */
export function targetRevisionOf(target: Unrevised, registries: Config["registries"]): string {
  const form = formOf(target.type);
  const names = form.registries.map(({ path }) => textAt(target, path) ?? "");
  const places = names.map((name) => [registries[name]?.loginServer, registries[name]?.resourceId]);
  const text = JSON.stringify([form.withoutSecrets(target), places], sortKeys);
  return createHash("sha256").update(text).digest("hex").slice(0, revisionLength);
}
