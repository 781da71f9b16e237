import type { Job } from "../../target-port.ts";
import { pinned } from "../running-image.ts";

// The grammar of tags (OCI distribution specification). A pipeline puts what it is given into scripts.
const tagGrammar = /^\w[\w.-]{0,127}$/;

/**
 * The values that a pipeline gets: `{image}` (host/repository@sha256:…), `{digest}`, `{repository}`, `{tag}` (empty if
 * there is none) and `{operation}` (our id) filled in; other braces stay as they are.
 */
export function fillParameters(
  values: Readonly<Record<string, string>>,
  { image, operationId }: Pick<Job, "image" | "operationId">,
): Record<string, string> {
  const known: Readonly<Record<string, string>> = {
    image: pinned(image),
    digest: image.digest,
    repository: image.repository,
    tag: tagGrammar.test(image.tag ?? "") ? (image.tag ?? "") : "",
    operation: operationId,
  };
  const fill = (text: string) =>
    text.replace(/\{(image|digest|repository|tag|operation)\}/g, (_, name: string) => known[name] ?? "");
  return Object.fromEntries(Object.entries(values).map(([name, text]) => [name, fill(text)]));
}

/**
 * Says what is missing in such values, or undefined: one must hold `{operation}`, by which a run is found again after a
 * crash, and one the digest, as `{image}` or `{digest}`, as nothing is deployed by a tag.
 */
export function parameterProblem(what: string, values: Readonly<Record<string, string>>): string | undefined {
  const texts = Object.values(values);
  if (!texts.some((text) => text.includes("{operation}"))) return `Of ${what} none holds {operation}`;
  const hasDigest = texts.some((text) => /\{(?:image|digest)\}/.test(text));
  return hasDigest ? undefined : `Of ${what} none holds {image} or {digest}`;
}
