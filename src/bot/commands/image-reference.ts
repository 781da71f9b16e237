import type { Config, RegistryConfig } from "../../config/config.ts";
import type { ChannelId } from "../../nouns/channel.ts";
import { present } from "../../present.ts";
import type { CommandCall } from "./command.ts";
import { type PortalLink, readPortalLink } from "./portal-link.ts";
import { Misused } from "./typed/misused.ts";

/** An image as somebody typed it, its registry resolved. */
export interface ImageReference {
  readonly registry: string;
  readonly repository: string;
  /** With a digest too: what it must point to. */
  readonly tag?: string;
  readonly digest?: string;
}

// The grammars of the distribution specification.
const repositoryForm = /^[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*(?:\/[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*)*$/;
const tagForm = /^[a-zA-Z0-9_][a-zA-Z0-9._-]{0,127}$/;
const digestForm = /^sha256:[0-9a-f]{6,64}$/;

/**
 * Reads `[registry/]repository[:tag|@digest]`, where the registry is a short name or a login server; the digest may be
 * shortened to six hex digits, and its `sha256:` left out. A link of Azure's portal is an image, too. With one registry
 * configured, or where all routes to the channel name the same one, it need not be named. A first part that is a
 * registry's short name may also begin a repository's name: then both readings are given. Throws `Misused` for anything
 * else.
 */
export function readImageReferences(
  typed: string,
  { config, channel }: Pick<CommandCall, "config" | "channel">,
): readonly ImageReference[] {
  const { registries, routes } = config();
  const link = readPortalLink(typed);
  if (link !== undefined) return [imageOfLink(link, registries)];
  const bare = typed.replace(/^https?:\/\//, "").replace(/[.,!?;/]+$/, "");
  const readings = readingsOf(bare, registries, defaultRegistry(registries, routes, channel));
  if (readings.length === 0)
    throw new Misused(`Which registry? Write it before the name: ${Object.keys(registries).join(" or ")}.`);
  return readings.map(({ registry, name }) => readName(registry, name));
}

/** The only registry, else the one that all routes to a channel are about. */
function defaultRegistry(
  registries: Config["registries"],
  routes: Config["routes"],
  channel: ChannelId,
): string | undefined {
  const named = routes
    .filter(({ to }) => to.includes(channel))
    .flatMap((route) => (route.registries.length === 0 ? Object.keys(registries) : route.registries));
  const [only, ...more] = new Set(named.length === 0 ? Object.keys(registries) : named);
  return more.length === 0 ? only : undefined;
}

function imageOfLink(link: PortalLink, registries: Config["registries"]): ImageReference {
  const registry = Object.values(registries).find((one) => isRegistryOf(link, one));
  if (registry === undefined) throw new Misused("This link of the portal names none of my registries.");
  const { repository, tag, digest } = link;
  if (repository === undefined) throw new Misused("This link of the portal names no repository.");
  const behind = [tag === undefined ? "" : `:${tag}`, digest === undefined ? "" : `@${digest}`].join("");
  return readName(registry.name, `${repository}${behind}`);
}

/** By the resource id; where the configuration has none, by the name in it, which login servers begin with. */
function isRegistryOf({ resourceId }: PortalLink, { resourceId: own, loginServer }: RegistryConfig): boolean {
  if (own !== undefined) return own.toLowerCase() === resourceId;
  const name = /\/registries\/([a-z0-9]+)$/.exec(resourceId)?.[1];
  return name !== undefined && loginServer.toLowerCase().split(".")[0] === name;
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
  return present({ registry, repository, tag, digest });
}

/** The digest that a word is by itself, as cards show it: `sha256:` and at least six hex digits; undefined: it is none. */
export function digestAlone(typed: string): string | undefined {
  const digest = typed.toLowerCase().replace(/[.,!?;]+$/, "");
  return digestForm.test(digest) ? digest : undefined;
}

const withAlgorithm = (digest: string): string => (/^[0-9a-f]+$/.test(digest) ? `sha256:${digest}` : digest);

function readingsOf(
  typed: string,
  registries: Config["registries"],
  byDefault: string | undefined,
): readonly { readonly registry: string; readonly name: string }[] {
  const [first = "", ...rest] = typed.split("/");
  const host = first.toLowerCase().replace(/:\d{1,5}$/, "");
  const all = Object.values(registries);
  const asWhole = byDefault === undefined ? [] : [{ registry: byDefault, name: typed }];
  if (rest.length === 0) return asWhole;
  const name = rest.join("/");
  const server = all.find(({ loginServer }) => loginServer.toLowerCase() === host);
  if (server !== undefined) return [{ registry: server.name, name }];
  const named = all.find((one) => one.name === host);
  return named === undefined ? asWhole : [{ registry: named.name, name }, ...asWhole];
}
