import { quarantineOf } from "../../nouns/artifact.ts";
import type { Fact } from "../../nouns/card.ts";
import { type Span, text } from "../../nouns/text.ts";
import { cleanLine } from "../text/clean-text.ts";
import { cutEnd } from "../text/cut-text.ts";
import { safeUrl } from "../text/safe-url.ts";
import { shown } from "../text/text-limits.ts";
import type { ArtifactView } from "./artifact-view.ts";
import { parseQuarantineDetails, type QuarantineDetails } from "./parse-quarantine-details.ts";

// What this bot writes as `scanner` when a person decides: the note of that operation says it better.
const ourScanner = /^acr-chatops\b/;

/** What the registry's quarantine details say: the scan's counts, and who decided if it was not asked for here. */
export function scanFacts(view: ArtifactView): readonly Fact[] {
  const details = parseQuarantineDetails(view.artifact.registryQuarantine?.details);
  if (details === undefined) return [];
  return [...counts(details), ...decidedElsewhere(view, details)];
}

function counts(details: QuarantineDetails): readonly Fact[] {
  if (details.findings.length === 0) return [];
  const found = details.findings
    .map(({ severity, count }) => `${count} ${cutEnd(cleanLine(severity), shown.buttonName).toLowerCase()}`)
    .join(" · ");
  // Whoever may set the details chose the address: the link shows where it leads.
  const link = details.link === undefined ? undefined : safeUrl(details.link);
  const report: readonly (Span | string)[] =
    link === undefined ? [] : [" · ", { kind: "link", text: `report at ${new URL(link).host}`, url: link }];
  return [{ label: "Scan", value: text(found, ...report) }];
}

function decidedElsewhere(view: ArtifactView, details: QuarantineDetails): readonly Fact[] {
  const quarantine = quarantineOf(view.artifact);
  const known = view.operations.some(({ kind }) => kind === "release" || kind === "reject");
  if (known || (quarantine !== "passed" && quarantine !== "failed")) return [];
  const by = cleanLine(details.scanner ?? "")
    .replace(ourScanner, "")
    .replace(/^:/, "")
    .trim();
  const why = cleanLine(details.description ?? details.state ?? "").trim();
  const said = [by === "" ? "" : cutEnd(by, shown.name), why === "" ? "" : cutEnd(why, shown.reason)];
  const value = said.filter((part) => part !== "").join(": ");
  return value === ""
    ? []
    : [{ label: quarantine === "passed" ? "Released by" : "Rejected by", value: text(value) }];
}
