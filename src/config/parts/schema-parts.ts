import { z } from "zod";
import * as grammar from "./grammar.ts";

// Every message says what would be right, as the end of a sentence that begins with what is wrong.

/** A text of 1 to `max` characters, that fits `pattern`. `right` says what would be right: "must be …". */
export function boundedText(right: string, max: number, pattern?: RegExp) {
  const bounded = z.string({ error: right }).min(1, { error: right }).max(max, { error: right });
  return pattern === undefined ? bounded : bounded.regex(pattern, { error: right });
}

/** One of some words. */
export function oneOf<const Words extends readonly [string, string, ...string[]]>(words: Words) {
  const last = words.at(-1);
  return z.enum(words, { error: `must be ${words.slice(0, -1).join(", ")} or ${last}` });
}

/** A whole number. */
export function wholeNumber(right: string, min: number, max = Number.MAX_SAFE_INTEGER) {
  return z.int({ error: right }).min(min, { error: right }).max(max, { error: right });
}

/** An id of Entra: of an application, a tenant, a person … */
export function entraId(what: string) {
  return boundedText(`must be ${what} (a GUID)`, 36, grammar.guid);
}

/** A key that a later version brings. */
export const later = z.never({ error: "is not supported in this version yet; leave it out" }).optional();

/** A list of at most `max` entries. */
export function list<Item extends z.ZodType>(item: Item, right: string, max = 100) {
  return z.array(item, { error: right }).max(max, { error: `${right}, of at most ${max} entries` });
}

/**
 * Entries under names that the operator chooses, at most `max`. The names themselves are checked in check-names.ts:
 * a record refuses a bad name without looking at its entry.
 */
export function named<Value extends z.ZodType>(
  value: Value,
  right: string,
  max = 100,
  names: RegExp = grammar.shortName,
) {
  return z
    .record(z.string(), value, { error: right })
    .refine((entries) => Object.keys(entries).length <= max, { error: `${right}, at most ${max}` })
    .meta({ propertyNames: { pattern: names.source } });
}

/** A fixed set of keys; any other key is an error. */
export function mapping<Shape extends z.core.$ZodLooseShape>(shape: Shape, right: string) {
  return z.strictObject(shape, { error: right });
}

export const yesOrNo = z.boolean({ error: "must be true or false" });

const portError = { error: "must be a port, 0 to 65535" };
const portDigits = z.string(portError).regex(grammar.portPattern, portError);
/** A number, or digits, as an environment variable gives them. */
export const port = z.union(
  [
    wholeNumber(portError.error, 0, 65_535),
    portDigits.refine((digits) => Number(digits) <= 65_535, portError),
  ],
  portError,
);

export const duration = boundedText(
  "must be a length of time, such as 500ms, 10s, 4h",
  10,
  grammar.durationPattern,
);

/** What Entra's tokens are for: an id, an app-id URI, a scope. */
export function audience(right: string) {
  return boundedText(right, 300, /^[A-Za-z0-9:/._-]+$/);
}

export const pemFile = boundedText("must be the path of a PEM file with certificate and key", 1000);

export const address = boundedText("must be an https address", 2000);

export const host = boundedText("must be an address or a host name to listen on", 253, /^[A-Za-z0-9._:-]+$/);

export const name = boundedText(
  "must be a name: a-z, 0-9 and -, at most 50 characters",
  50,
  grammar.shortName,
);

/** Names of roles; whether they exist is checked across the whole file. */
export const roles = list(name, "must be a list of names under roles");

export const glob = boundedText("must be a pattern such as shop/** or v*", 256);

// An entry of 64 KiB is more than any real secret has; a key file belongs on disk.
export const secret = boundedText(`must be a text, best as \${NAME} or \${file:/path}`, 65_536).meta({
  writeOnly: true,
});

const secretKeys: readonly unknown[] = ["secret", "secrets", "botToken", "signingSecret"];
/** Whether a key holds secrets by its name, wherever it stands: nothing under it is shown, quoted or hashed. */
export function isSecretKey(key: string | number): boolean {
  return secretKeys.includes(key);
}
