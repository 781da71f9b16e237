import type { Artifact, Scan } from "../../nouns/artifact.ts";
import { present } from "../../present.ts";

/** What is read out of `quarantineDetails`: who decided and why, and what the scan found. */
type QuarantineDetails = Pick<NonNullable<Artifact["registryQuarantine"]>, "by" | "why"> &
  Pick<Artifact, "scan">;

// Five severities are documented; a longer list is somebody's mistake or mischief.
const mostFindings = 5;

/**
 * Reads the JSON text of the documented schema (acr/docs/preview/quarantine), every field optional here, as far as it
 * makes sense.
 */
export function parseQuarantineDetails(details: string | undefined): QuarantineDetails {
  const document = parseObject(details ?? "");
  const result = isObject(document.result) ? document.result : {};
  const summary = Array.isArray(result.summary) ? result.summary : [];
  const findings = summary.flatMap(readFinding).slice(0, mostFindings);
  return present({
    by: textOf(document.scanner),
    why: textOf(result.description) ?? textOf(document.state),
    scan: findings.length === 0 ? undefined : present({ findings, link: textOf(document.link) }),
  });
}

function readFinding(entry: unknown): Scan["findings"] {
  if (!isObject(entry) || typeof entry.severity !== "string") return [];
  const { severity, count } = entry;
  return typeof count === "number" && Number.isFinite(count) && count >= 0
    ? [{ severity, count: Math.floor(count) }]
    : [];
}

function textOf(value: unknown): string | undefined {
  return typeof value === "string" && value.trim() !== "" ? value : undefined;
}

function parseObject(json: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(json);
    return isObject(value) ? value : {};
  } catch {
    // Somebody else's scanner may have written anything: a card without it is better than none.
    return {};
  }
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
