import { present } from "../../present.ts";

/** What a link to a registry's page in Azure's portal names. */
export interface PortalLink {
  /** The registry's resource id, in lower case. */
  readonly resourceId: string;
  readonly repository?: string;
  readonly tag?: string;
  readonly digest?: string;
}

// As the portal writes them, and as other tools write links to it (the azure-toolkit for IntelliJ, drone-docker):
// `#view/…` or `#blade/Microsoft_Azure_ContainerRegistries/<page>/registryId/<id>/repositoryName/<name>/tag/<tag>`, or
// `…/id/<id>/repository/<name>…`; ids and names encoded. Its sovereign clouds have hosts of their own.
const portal = /^https:\/\/(?:[a-z0-9-]+\.)*portal\.azure\.(?:com|us|cn)\/[^#]*#/i;
const page = /\/Microsoft_Azure_ContainerRegistries\/[^/]+\/(.*)$/i;

/** Reads a link of the portal to a repository or to one image of it; undefined: it is no link of the portal's. */
export function readPortalLink(typed: string): PortalLink | undefined {
  if (!portal.test(typed)) return undefined;
  const parts = (page.exec(typed)?.[1] ?? "")
    .replace(/[?#].*$/, "")
    .split("/")
    .map(decoded);
  const named = (name: RegExp) =>
    parts.find((_part, index) => index % 2 === 1 && name.test(parts[index - 1] ?? ""));
  return present({
    resourceId: (named(/^(?:id|registryId)$/i) ?? "").toLowerCase(),
    repository: named(/^repository(?:Name)?$/i),
    tag: named(/^tag(?:Name)?$/i),
    // Its name differs from page to page; its form does not.
    digest: parts.find((part) => /^sha256:[0-9a-f]{64}$/i.test(part)),
  });
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    // A cut `%`: it stays as it is, and names nothing.
    return part;
  }
}
