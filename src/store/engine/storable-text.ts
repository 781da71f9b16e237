import { createHash } from "node:crypto";
import type { RegistryEvent, Sighting } from "../../nouns/registry-event.ts";

const nul = String.fromCharCode(0);
const replacement = "\u{fffd}";

/**
 * Text as both databases keep it letter by letter: PostgreSQL refuses NUL in text, and neither keeps lone surrogates.
 * Both become U+FFFD, in what is written and in what is looked for, so that a key is always found again.
 * JSON documents escape them and come back as they were.
 */
export function storableText(value: string): string {
  return value.toWellFormed().replaceAll(nul, replacement);
}

/** A parameter of a statement: strings as `storableText` has them, numbers whole (times are ms), all else as it is. */
export function storableValue(value: unknown): unknown {
  if (typeof value === "number") return Math.trunc(value);
  return typeof value === "string" ? storableText(value) : value;
}

// A PostgreSQL index row holds at most 2,704 bytes (a third of a page), and one UTF-16 unit takes up to 3 bytes.
// ACR's own names are shorter: repository 256, tag 128, digest 71, event id 36 characters.
const maxKeyLength = 256;
const maxTextLength = 1024;

/**
 * The sighting with every text of it bounded, so that no key of a row can be too long for an index.
 * What is cut keeps its beginning and ends in a hash of the whole, so that two long texts stay two.
 */
export function boundSighting(sighting: Sighting): Sighting {
  const { event } = sighting;
  const bounded: Record<string, unknown> = { ...event };
  for (const [name, value] of Object.entries(event)) {
    if (typeof value === "string") bounded[name] = bound(value, isKey(name) ? maxKeyLength : maxTextLength);
  }
  if (event.chart !== undefined) {
    const { name, version } = event.chart;
    bounded.chart = {
      name: bound(name, maxKeyLength),
      ...(version === undefined ? {} : { version: bound(version, maxKeyLength) }),
    };
  }
  return {
    ...sighting,
    event: bounded as unknown as RegistryEvent,
    region: bound(sighting.region, maxKeyLength),
  };
}

function isKey(name: string): boolean {
  return name === "id" || name === "repository" || name === "digest" || name === "tag";
}

function bound(value: string, length: number): string {
  if (value.length <= length) return value;
  const hash = createHash("sha256").update(value).digest("hex");
  return `${value.slice(0, length - hash.length - 1).toWellFormed()}~${hash}`;
}
