import { z } from "zod";
import { AzureRefusal } from "../../azure/azure-refusal.ts";
import { orNothing } from "../../errors.ts";
import { listDeadlineMs } from "../../outgoing/deadline.ts";
import { present } from "../../present.ts";
import { isDigest } from "../manifest/digest.ts";
import type { ReferrerDescriptor, RegistryReader } from "../registry-port.ts";
import type { AcrConnection } from "./acr-connection.ts";
import { checkDigest, checkRepository, encodePath } from "./names.ts";

const ociIndex = "application/vnd.oci.image.index.v1+json";
// An image has a few signatures and SBOMs. The registry says how many go on a page.
const maxPages = 5;

const Index = z.object({
  manifests: z
    .array(
      z.object({
        digest: z.string().refine(isDigest),
        artifactType: z.string().max(255).optional().catch(undefined),
      }),
    )
    .max(10_000)
    .default([]),
});

/**
 * Reads the referrers of a manifest: by the API of the OCI distribution specification 1.1, and where the registry has
 * none, from the index under its fallback tag `sha256-<hex>`. ACR allows 500 of these calls a minute (acr-facts 4.5).
 */
export function createReferrers(connection: AcrConnection): RegistryReader["listReferrers"] {
  return (repository, digest, limit, options) => {
    const doing = `list what refers to ${repository}@${digest}`;
    return connection.run({ doing, deadlineMs: listDeadlineMs }, options, async (signal) => {
      const name = `/v2/${encodePath(checkRepository(repository))}`;
      const api = `${name}/referrers/${checkDigest(digest)}`;
      const found = await orNothing(pages(connection, api, limit, signal), isAbsent);
      if (found !== undefined) return found;
      const tagged = `${name}/manifests/${digest.replace(":", "-")}`;
      return (await orNothing(pages(connection, tagged, limit, signal), isAbsent)) ?? [];
    });
  };
}

async function pages(
  connection: AcrConnection,
  first: string,
  limit: number,
  signal: AbortSignal,
): Promise<readonly ReferrerDescriptor[]> {
  const found = new Map<string, ReferrerDescriptor>();
  let path: string | undefined = first;
  for (let page = 0; path !== undefined && page < maxPages && found.size < limit; page += 1) {
    const { body, link } = await connection.readJson({ path, accept: ociIndex, signal }, Index);
    for (const { digest, artifactType } of body.manifests) {
      if (found.size >= limit) break;
      found.set(digest, { digest, ...present({ artifactType }) });
    }
    path = nextPath(link, first);
  }
  return [...found.values()];
}

// `Link: </v2/…/referrers/…?…>; rel="next"` (OCI distribution specification); never followed to another resource.
function nextPath(link: string | undefined, first: string): string | undefined {
  const target = /^\s*<([^>]{1,2000})>\s*;\s*rel="?next"?/i.exec(link ?? "")?.[1];
  if (target === undefined || !URL.canParse(target, "https://base.invalid")) return undefined;
  const url = new URL(target, "https://base.invalid");
  const isSame = decodeURIComponent(url.pathname) === decodeURIComponent(first);
  return isSame ? first + url.search : undefined;
}

function isAbsent(error: unknown): boolean {
  return error instanceof AzureRefusal && error.status === 404;
}
