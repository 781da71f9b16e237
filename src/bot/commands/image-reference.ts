import type { RegistryConfig } from "../../config/config.ts";
import { present } from "../../present.ts";
import type { CommandCall } from "./command.ts";
import { Misused } from "./typed/misused.ts";

/** An image as somebody typed it, its registry resolved. */
export interface ImageReference {
  readonly registry: string;
  readonly repository: string;
  readonly tag?: string;
  readonly digest?: string;
}

// The grammars of the distribution specification.
const repositoryForm = /^[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*(?:\/[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*)*$/;
const tagForm = /^[a-zA-Z0-9_][a-zA-Z0-9._-]{0,127}$/;
const digestForm = /^sha256:[0-9a-f]{6,64}$/;

/**
 * Reads `[registry/]repository[:tag|@digest]`, where the registry is a short name or a login server; the digest may be
 * shortened to six hex digits, and its `sha256:` left out. With one registry configured it need not be named. A first
 * part that is a registry's short name may also begin a repository's name: then both readings are given. Throws `Misused`
 * for anything else.
 */
export function readImageReferences(
  typed: string,
  { config }: Pick<CommandCall, "config">,
): readonly ImageReference[] {
  const { registries } = config();
  const bare = typed.replace(/^https?:\/\//, "").replace(/[.,!?;]+$/, "");
  const names = Object.keys(registries);
  const readings = readingsOf(bare, registries);
  if (readings.length === 0)
    throw new Misused(`Which registry? Write it before the name: ${names.join(" or ")}.`);
  return readings.map(({ registry, name }) => readName(registry, name));
}

function readName(registry: string, name: string): ImageReference {
  const at = name.indexOf("@");
  const named = at < 0 ? name : name.slice(0, at);
  const digest = at < 0 ? undefined : withAlgorithm(name.slice(at + 1).toLowerCase());
  const colon = named.indexOf(":");
  const repository = (colon < 0 ? named : named.slice(0, colon)).toLowerCase();
  const tag = colon < 0 ? undefined : named.slice(colon + 1);
  if (!repositoryForm.test(repository) || repository.length > 255)
    throw new Misused(`"${repository.slice(0, 80)}" is not a repository name. Example: shop/checkout:1.4.2`);
  if (tag !== undefined && !tagForm.test(tag)) throw new Misused(`"${tag.slice(0, 80)}" is not a tag.`);
  if (digest !== undefined && !digestForm.test(digest))
    throw new Misused("A digest is written sha256: and at least six hex digits.");
  return present({ registry, repository, tag: digest === undefined ? tag : undefined, digest });
}

/** The digest that a word is by itself, as cards show it: `sha256:` and at least six hex digits; undefined: it is none. */
export function digestAlone(typed: string): string | undefined {
  const digest = typed.toLowerCase().replace(/[.,!?;]+$/, "");
  return digestForm.test(digest) ? digest : undefined;
}

const withAlgorithm = (digest: string): string => (/^[0-9a-f]+$/.test(digest) ? `sha256:${digest}` : digest);

function readingsOf(
  typed: string,
  registries: Readonly<Record<string, RegistryConfig>>,
): readonly { readonly registry: string; readonly name: string }[] {
  const [first = "", ...rest] = typed.split("/");
  const host = first.toLowerCase().replace(/:\d{1,5}$/, "");
  const all = Object.values(registries);
  const asWhole = all.length === 1 ? all.map(({ name }) => ({ registry: name, name: typed })) : [];
  if (rest.length === 0) return asWhole;
  const name = rest.join("/");
  const server = all.find(({ loginServer }) => loginServer.toLowerCase() === host);
  if (server !== undefined) return [{ registry: server.name, name }];
  const named = all.find((one) => one.name === host);
  return named === undefined ? asWhole : [{ registry: named.name, name }, ...asWhole];
}
