/** What `quarantineDetails` may say: the documented schema (acr/docs/preview/quarantine), every field optional here. */
export interface QuarantineDetails {
  readonly scanner?: string;
  readonly state?: string;
  readonly link?: string;
  readonly description?: string;
  readonly findings: readonly { readonly severity: string; readonly count: number }[];
}

// Five severities are documented; a longer list is somebody's mistake or mischief.
const mostFindings = 5;

/** Reads the JSON text as far as it makes sense; text that is no such document gives undefined. */
export function parseQuarantineDetails(details: string | undefined): QuarantineDetails | undefined {
  const document = parseObject(details ?? "");
  if (document === undefined) return undefined;
  const result = isObject(document.result) ? document.result : {};
  const summary = Array.isArray(result.summary) ? result.summary : [];
  const scanner = textOf(document.scanner);
  const state = textOf(document.state);
  const link = textOf(document.link);
  const description = textOf(result.description);
  return {
    ...(scanner === undefined ? {} : { scanner }),
    ...(state === undefined ? {} : { state }),
    ...(link === undefined ? {} : { link }),
    ...(description === undefined ? {} : { description }),
    findings: summary.flatMap(readFinding).slice(0, mostFindings),
  };
}

function readFinding(entry: unknown): QuarantineDetails["findings"] {
  if (!isObject(entry) || typeof entry.severity !== "string") return [];
  const { severity, count } = entry;
  return typeof count === "number" && Number.isFinite(count) && count >= 0
    ? [{ severity, count: Math.floor(count) }]
    : [];
}

function textOf(value: unknown): string | undefined {
  return typeof value === "string" && value.trim() !== "" ? value : undefined;
}

function parseObject(json: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(json);
    return isObject(value) ? value : undefined;
  } catch {
    // Somebody else's scanner may have written anything: a card without it is better than none.
    return undefined;
  }
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
