import { type RunningImage, readReference } from "../../running-image.ts";

/**
 * Takes an image of a pod template apart, with its host written out as container runtimes do: no dot, colon or
 * `localhost` in the first part means Docker Hub (the reference grammar of distribution/reference).
 */
export function readContainerImage(reference: string): RunningImage {
  const [first = "", ...rest] = reference.split("/");
  const hasHost = rest.length > 0 && (/[.:]/.test(first) || first === "localhost");
  if (hasHost) return readReference(reference);
  return readReference(`docker.io/${rest.length === 0 ? "library/" : ""}${reference}`);
}
