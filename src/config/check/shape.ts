import type { z } from "zod";
import { type Finding, ofKey, ofValue } from "../read/finding.ts";
import type { Path } from "../read/problem.ts";
import { valueAt } from "../read/tree.ts";
import { ConfigFile } from "../schema/config-schema.ts";
import { knownKeys, suggestKey } from "./known-keys.ts";
import { quotedUnlessSecret } from "./secret-places.ts";

export type Shape =
  | { readonly ok: true; readonly file: ConfigFile }
  | { readonly ok: false; readonly findings: readonly Finding[] };

/**
 * Checks a value with `${…}` filled in against the schema. `written` is the same value as it stands in the file:
 * only that is ever quoted, and never in a secret's place.
 */
export function checkShape(value: unknown, written: unknown): Shape {
  const result = ConfigFile.safeParse(value);
  if (result.success) return { ok: true, file: result.data };
  const issues = result.error.issues.flatMap(innermost);
  return { ok: false, findings: issues.flatMap((issue) => findingsOf(issue, value, written)) };
}

/** Of a value that may have one of several shapes and nearly has one of them, what is wrong inside it. */
function innermost(issue: z.core.$ZodIssue): readonly z.core.$ZodIssue[] {
  if (issue.code !== "invalid_union") return [issue];
  const nearly = issue.errors.find((issues) => issues.every(({ path }) => path.length > 0));
  if (nearly === undefined || nearly.length === 0) return [issue];
  return nearly.map((inner) => ({ ...inner, path: [...issue.path, ...inner.path] }));
}

function findingsOf(issue: z.core.$ZodIssue, value: unknown, written: unknown): readonly Finding[] {
  const path = issue.path.map((part) => (typeof part === "number" ? part : String(part)));
  if (issue.code === "unrecognized_keys")
    return issue.keys.flatMap((key) =>
      ofKey([...path, key], `is not known here; ${suggestKey(key, knownKeys(path, value))}`),
    );
  if (issue.code === "invalid_type" && issue.expected === "never") return ofValue(path, issue.message);
  return ofValue(path, `${whatIsWrong(issue, path, value, written)}; ${issue.message}`);
}

function whatIsWrong(issue: z.core.$ZodIssue, path: Path, value: unknown, written: unknown): string {
  const found = valueAt(value, path);
  if (found === undefined) return "is missing";
  if (found === null || found === "") return "is empty";
  if (Array.isArray(found)) {
    if (issue.code === "too_small") return "has too few entries";
    return issue.code === "too_big" ? "has too many entries" : "is a list";
  }
  if (typeof found === "object") return issue.code === "custom" ? "has too many entries" : "is a mapping";
  if (typeof found === "boolean") return "is true or false";
  if (typeof found === "number") return "is a number";
  // A text in the place of a whole section may be anything, a secret included.
  if (issue.code === "invalid_type" && issue.expected !== "string") return "is a text";
  const quote = quotedUnlessSecret(path, valueAt(written, path));
  return quote === undefined ? "does not fit" : `${quote} does not fit`;
}
