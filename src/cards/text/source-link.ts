import type { ImageLabels } from "../../nouns/artifact.ts";
import { code, type Text, text } from "../../nouns/text.ts";
import { cleanLine } from "./clean-text.ts";
import { cutEnd, cutMiddle } from "./cut-text.ts";
import { safeUrl } from "./safe-url.ts";
import { shown } from "./text-limits.ts";

// Where `<repository>/commit/<sha>` is the page of a commit.
const commitHosts = new Set(["github.com", "gitlab.com", "bitbucket.org", "codeberg.org"]);

/**
 * The source and revision that the image's labels name (org.opencontainers.image.source and .revision). They are the
 * pusher's word; the link shows the host it leads to.
 */
export function sourceOf(labels: ImageLabels): Text | undefined {
  const revision = shortRevision(labels.revision);
  const source = cleanLine(labels.source ?? "").trim();
  if (source === "") return revision === undefined ? undefined : text(code(revision));
  const url = safeUrl(source.replace(/\.git$/, ""));
  const said = url === undefined ? cutEnd(source, shown.userAgent) : placeOf(url);
  const link =
    url === undefined ? said : ({ kind: "link", text: said, url: commitUrl(url, labels) } as const);
  return revision === undefined ? text(link) : text(link, " at ", code(revision));
}

function shortRevision(revision: string | undefined): string | undefined {
  const clean = cleanLine(revision ?? "").trim();
  if (clean === "") return undefined;
  return /^[0-9a-f]{40,64}$/.test(clean) ? clean.slice(0, 7) : cutEnd(clean, shown.name);
}

function placeOf(address: string): string {
  const url = new URL(address);
  return cutMiddle(`${url.host}${url.pathname}`.replace(/\/$/, ""), shown.userAgent);
}

function commitUrl(address: string, { revision }: ImageLabels): string {
  const url = new URL(address);
  const known = commitHosts.has(url.hostname) && /^[0-9a-f]{7,64}$/.test(revision ?? "");
  // Only `https://host/owner/name`: anything deeper is not a repository's own page.
  const isRepository =
    url.pathname.split("/").filter(Boolean).length === 2 && url.search === "" && url.hash === "";
  return known && isRepository ? `${address.replace(/\/$/, "")}/commit/${revision}` : address;
}
