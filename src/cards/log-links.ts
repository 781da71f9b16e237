import type { Button } from "../nouns/card.ts";
import type { ArtifactView } from "./artifact-view.ts";
import { cleanLine } from "./clean-text.ts";
import { cutMiddle } from "./cut-text.ts";
import { shown } from "./limits.ts";
import { operationsThatMatter } from "./operation-notes.ts";
import { safeUrl } from "./safe-url.ts";

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
