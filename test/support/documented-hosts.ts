import { readFileSync } from "node:fs";

const page = readFileSync(new URL("../../docs/operations.md", import.meta.url), "utf8");

/** The table of hosts in docs/operations.md. */
export const hostTable = (page.split(/^### Hosts$/m)[1] ?? "").split(/^## /m)[0] ?? "";

/** The hosts in a text of it, as they are written there. */
export function hostsIn(text: string): readonly string[] {
  return [...text.matchAll(/`([\w.*<>-]+)`/g)].map(([, host = ""]) => host);
}

/** Whether the table names a host, by itself or as `*.blob.core.windows.net` and `<region>.management.azure.com`. */
export function isDocumentedHost(host: string): boolean {
  return hostsIn(hostTable).some((entry) => {
    const [, below = entry] = /^(?:\*|<\w+>)\.(.+)$/.exec(entry) ?? [];
    return host === below || (below !== entry && host.endsWith(`.${below}`));
  });
}
