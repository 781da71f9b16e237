import type { RegistryConfig } from "../../config/config.ts";
import { present } from "../../present.ts";
import { type CommandCall, Misused } from "./command.ts";

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
 * Reads `[registry/]repository[:tag|@digest]`, where the registry is a short name or a login server; the digest may
 * be shortened to six hex digits. With one registry configured it need not be named. Throws `Misused` for anything else.
 */
export function readImageReference(typed: string, { config }: Pick<CommandCall, "config">): ImageReference {
  const { registries } = config();
  const bare = typed.replace(/^https?:\/\//, "");
  const { registry, name } = splitRegistry(bare, registries);
  if (registry === undefined)
    throw new Misused(`Which registry? Write it before the name: ${Object.keys(registries).join(" or ")}.`);
  const at = name.indexOf("@");
  const named = at < 0 ? name : name.slice(0, at);
  const digest = at < 0 ? undefined : name.slice(at + 1);
  const colon = named.indexOf(":");
  const repository = colon < 0 ? named : named.slice(0, colon);
  const tag = colon < 0 ? undefined : named.slice(colon + 1);
  if (!repositoryForm.test(repository) || repository.length > 255)
    throw new Misused(`"${repository.slice(0, 80)}" is not a repository name. Example: shop/checkout:1.4.2`);
  if (tag !== undefined && !tagForm.test(tag)) throw new Misused(`"${tag.slice(0, 80)}" is not a tag.`);
  if (digest !== undefined && !digestForm.test(digest))
    throw new Misused("A digest is written sha256: and at least six hex digits.");
  return present({ registry, repository, tag: digest === undefined ? tag : undefined, digest });
}

function splitRegistry(
  typed: string,
  registries: Readonly<Record<string, RegistryConfig>>,
): { readonly registry: string | undefined; readonly name: string } {
  const slash = typed.indexOf("/");
  const first = slash < 0 ? "" : typed.slice(0, slash).toLowerCase();
  const named = Object.values(registries).find(
    (one) => one.name === first || one.loginServer.toLowerCase() === first,
  );
  if (named !== undefined) return { registry: named.name, name: typed.slice(slash + 1) };
  const names = Object.keys(registries);
  return { registry: names.length === 1 ? names[0] : undefined, name: typed };
}
