import { quarantineOf, type Scan } from "../../nouns/artifact.ts";
import type { Fact } from "../../nouns/card.ts";
import { text } from "../../nouns/text.ts";
import { cleanLine } from "../text/clean-text.ts";
import { safeUrl } from "../text/safe-url.ts";
import { startOf } from "../text/shown-text.ts";
import type { ArtifactView } from "./artifact-view.ts";

// What this bot writes as `scanner` when a person decides: the note of that operation says it better.
const ourScanner = /^acr-chatops\b/;

/** What a scan found, and who decided on a quarantined image if it was not asked for here. */
export function scanFacts(view: ArtifactView): readonly Fact[] {
  const { scan } = view.artifact;
  return [...(scan === undefined ? [] : counts(scan)), ...decidedElsewhere(view)];
}

function counts(scan: Scan): readonly Fact[] {
  const found = scan.findings
    .map(({ severity, count }) => `${count} ${startOf(severity, "buttonName").toLowerCase()}`)
    .join(" · ");
  // Whoever may set the details chose the address: the link shows where it leads.
  const link = scan.link === undefined ? undefined : safeUrl(scan.link);
  const report = link && text(" · ", { kind: "link", text: `report at ${new URL(link).host}`, url: link });
  return [{ label: "Scan", value: text(found, report) }];
}

function decidedElsewhere(view: ArtifactView): readonly Fact[] {
  const quarantine = quarantineOf(view.artifact);
  const known = view.operations.some(({ kind }) => kind === "release" || kind === "reject");
  if (known || (quarantine !== "passed" && quarantine !== "failed")) return [];
  const said = view.artifact.registryQuarantine;
  const by = cleanLine(said?.by ?? "")
    .replace(ourScanner, "")
    .replace(/^:/, "")
    .trim();
  const words = [startOf(by, "name"), startOf(said?.why, "reason")];
  const value = words.filter((part) => part !== "").join(": ");
  return value === ""
    ? []
    : [{ label: quarantine === "passed" ? "Released by" : "Rejected by", value: text(value) }];
}
