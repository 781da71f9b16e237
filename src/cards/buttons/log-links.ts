import type { Button } from "../../nouns/card.ts";
import type { ArtifactView } from "../facets/artifact-view.ts";
import { operationsThatMatter } from "../facets/operation-notes.ts";
import { cleanLine } from "../text/clean-text.ts";
import { cutMiddle } from "../text/cut-text.ts";
import { safeUrl } from "../text/safe-url.ts";
import { shown } from "../text/text-limits.ts";

const mostLogs = 2;

/** Log: the other system's page of an operation that runs or did not succeed; what went well is linked in the thread. */
export function logLinks(view: ArtifactView): readonly Button[] {
  const linked = operationsThatMatter(view).flatMap(({ state, link, target }) => {
    const url = state === "succeeded" ? undefined : safeUrl(link ?? "");
    return url === undefined ? [] : [{ url, target: target ?? "" }];
  });
  return linked.slice(0, mostLogs).map(({ url, target }) => ({
    kind: "link",
    label: linked.length > 1 ? `Log of ${cutMiddle(cleanLine(target).trim(), shown.buttonName)}` : "Log",
    url,
  }));
}
