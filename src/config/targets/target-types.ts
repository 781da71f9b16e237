import type { TargetType } from "../../nouns/target.ts";
import { nearestName } from "../nearest-name.ts";

export const targetTypes = [
  "retag",
  "import",
  "web-app",
  "container-app",
  "kubernetes",
  "template",
  "azure-pipelines",
  "github",
  "http",
] as const satisfies readonly TargetType[];

/** What people write who know the thing by another name. */
const otherNames: Readonly<Record<string, TargetType>> = {
  aci: "template",
  acr: "import",
  actions: "github",
  aks: "kubernetes",
  "app-service": "web-app",
  arm: "template",
  "azure-devops": "azure-pipelines",
  bicep: "template",
  "container-app-job": "template",
  "container-apps": "container-app",
  "container-group": "template",
  "container-instance": "template",
  "container-instances": "template",
  devops: "azure-pipelines",
  "function-app": "web-app",
  functions: "web-app",
  "github-actions": "github",
  https: "http",
  k8s: "kubernetes",
  pipeline: "azure-pipelines",
  pipelines: "azure-pipelines",
  "template-spec": "template",
  webhook: "http",
  workflow: "github",
};

/** What a target's `type` should be, for one that is none: the one that is probably meant, or all of them. */
export function typeHelp(given: unknown): string {
  const word = typeof given === "string" ? given.toLowerCase() : "";
  const known = Object.hasOwn(otherNames, word) ? otherNames[word] : nearestName(word, targetTypes);
  return known === undefined ? `must be one of ${targetTypes.join(", ")}` : `did you mean ${known}?`;
}
