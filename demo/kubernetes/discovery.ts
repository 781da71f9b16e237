import type { JsonObject } from "../shared/json-object.ts";
import { apiVersionOf, kinds, type ObjectKind } from "./objects.ts";

const verbs = ["delete", "get", "list", "patch", "watch"];

/** What clients ask to find out what there is: versions, groups and resources; undefined for other paths. */
export function discover(path: string): JsonObject | undefined {
  switch (path) {
    case "/version":
      return { major: "1", minor: "32", gitVersion: "v1.32.4", platform: "linux/amd64" };
    case "/api":
      return { kind: "APIVersions", versions: ["v1"], serverAddressByClientCIDRs: [] };
    case "/apis":
      return { kind: "APIGroupList", apiVersion: "v1", groups: ["apps", "batch"].map(groupOf) };
    case "/api/v1":
      return resourceList("");
    case "/apis/apps/v1":
      return resourceList("apps");
    case "/apis/batch/v1":
      return resourceList("batch");
    default:
      return undefined;
  }
}

function groupOf(name: string) {
  const version = { groupVersion: `${name}/v1`, version: "v1" };
  return { name, versions: [version], preferredVersion: version };
}

function resourceList(group: string): JsonObject {
  const own = (Object.keys(kinds) as ObjectKind[]).filter((kind) => kinds[kind].group === group);
  const resources = own.map((kind) => ({
    name: kinds[kind].plural,
    singularName: kind,
    namespaced: true,
    kind: kinds[kind].kind,
    verbs,
    shortNames: [kinds[kind].short],
    categories: ["all"],
  }));
  const log = { name: "pods/log", singularName: "", namespaced: true, kind: "Pod", verbs: ["get"] };
  const groupVersion = group === "" ? "v1" : apiVersionOf(own[0] ?? "pod");
  return {
    kind: "APIResourceList",
    apiVersion: "v1",
    groupVersion,
    resources: group === "" ? [...resources, log] : resources,
  };
}
