import type { HttpRefusal } from "../../http/http-refusal.ts";
import { present } from "../../present.ts";
import type { AuditFilter } from "../../store/store.ts";

const defaultLimit = 100;
const maxLimit = 1_000;
/** Longer than any name in the audit that is a registry's, a repository's, a digest or a target's. */
const maxValueLength = 300;
const filterNames = ["registry", "repository", "digest", "target"] as const;
const names: readonly string[] = [...filterNames, "from", "limit"];

/** Which entries somebody asks for. `from` absent: the newest. */
export interface AuditQuery {
  readonly filter: AuditFilter;
  readonly from?: number;
  readonly limit: number;
}

/** Reads the query of `GET /audit`. A parameter that is unknown, repeated or malformed is refused, not passed over. */
export function readAuditQuery(query: unknown): AuditQuery | HttpRefusal {
  const given = new Map(Object.entries(typeof query === "object" && query !== null ? query : {}));
  const texts = new Map<string, string>();
  for (const [name, value] of given) {
    if (!names.includes(name)) return malformed(`The parameters are ${names.join(", ")}.`);
    if (typeof value !== "string" || value === "" || value.length > maxValueLength)
      return malformed(`${name} must be given once, with 1 to ${maxValueLength} characters.`);
    texts.set(name, value);
  }
  const limit = numberOf(texts.get("limit")) ?? defaultLimit;
  if (limit < 1 || limit > maxLimit) return malformed(`limit must be a number from 1 to ${maxLimit}.`);
  const from = numberOf(texts.get("from"));
  if (from !== undefined && !(from >= 1)) return malformed("from must be the number of an entry: 1 or more.");
  const [registry, repository, digest, target] = filterNames.map((name) => texts.get(name));
  return present({ filter: present({ registry, repository, digest, target }), limit, from });
}

/** -1 for what is no whole number: outside of every range. */
function numberOf(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  return /^\d{1,15}$/.test(text) ? Number(text) : -1;
}

function malformed(message: string): HttpRefusal {
  return { status: 400, code: "bad-request", message };
}
