import { isObject } from "../shared/json-object.ts";
import type { KubeObject } from "./objects.ts";
import { StatusError } from "./status-error.ts";

/** Whether an object is meant by `labelSelector` and `fieldSelector` of a query. */
export function selectedBy(query: URLSearchParams): (object: KubeObject) => boolean {
  const labels = termsOf(query.get("labelSelector") ?? "").map(labelTerm);
  const fields = termsOf(query.get("fieldSelector") ?? "").map(fieldTerm);
  return (object) => [...labels, ...fields].every((term) => term(object));
}

type Term = (object: KubeObject) => boolean;

/** Splits at commas that are not within brackets. */
function termsOf(text: string): readonly string[] {
  return text
    .split(/,(?![^(]*\))/)
    .map((term) => term.trim())
    .filter((term) => term !== "");
}

function labelTerm(term: string): Term {
  const set = /^(\S+) (in|notin) \(([^)]*)\)$/.exec(term);
  if (set !== null) {
    const [, key = "", operator, list = ""] = set;
    const values = list.split(",").map((value) => value.trim());
    return ({ metadata }) => values.includes(metadata.labels?.[key] ?? "") === (operator === "in");
  }
  const equal = /^([^=!]+)(==|=|!=)(.*)$/.exec(term);
  if (equal !== null) {
    const [, key = "", operator, value] = equal;
    return ({ metadata }) => (metadata.labels?.[key] === value) === (operator !== "!=");
  }
  if (term.startsWith("!")) return ({ metadata }) => metadata.labels?.[term.slice(1)] === undefined;
  return ({ metadata }) => metadata.labels?.[term] !== undefined;
}

// What API servers take: metadata everywhere, involvedObject and type of events, a few of pods.
const knownFields =
  /^(metadata\.(name|namespace)|involvedObject\.(name|namespace|kind|uid)|type|reason|spec\.nodeName|status\.phase)$/;

function fieldTerm(term: string): Term {
  const [, path = "", operator, value] = /^([^=!]+)(==|=|!=)(.*)$/.exec(term) ?? [];
  if (!knownFields.test(path))
    throw new StatusError(400, "BadRequest", `field label not supported: ${path === "" ? term : path}`);
  return (object) => {
    let at: unknown = object;
    for (const part of path.split(".")) at = isObject(at) ? at[part] : undefined;
    return (at === value) === (operator !== "!=");
  };
}
