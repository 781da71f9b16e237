import type { z } from "zod";
import { type KubernetesCluster, type WorkloadKind, workloadKinds } from "../../nouns/target.ts";
import { present } from "../../present.ts";
import * as part from "../parts/schema-parts.ts";
import { type Finding, ofKey, ofValue, type Tree } from "../read/finding.ts";
import { textAt, valueAt } from "../read/tree.ts";
import { armIdKey, containerKey, credentialKey } from "./azure-keys.ts";
import { targetMapping } from "./schema-target-base.ts";
import {
  checked,
  none,
  noSecrets,
  oneContainer,
  ownKeysOf,
  type TargetForm,
  type TargetPlace,
} from "./target-form.ts";

// RFC 1123: what Kubernetes calls a label (at most 63 characters) and a subdomain (253).
const label = "[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?";
const workloadPattern = new RegExp(`^(?:${workloadKinds.join("|")})\\/${label}(?:\\.${label})*$`);

const cluster = part.mapping(
  {
    aks: armIdKey("the cluster", "/providers/Microsoft.ContainerService/managedClusters/<name>")
      .optional()
      .describe("ARM id of an AKS cluster; needs credential."),
    kubeconfig: part
      .boundedText("must be the path of a kubeconfig file", 1000)
      .optional()
      .describe("Path of a kubeconfig file."),
    context: part
      .boundedText("must be the name of a context", 253)
      .optional()
      .describe("With kubeconfig; its current context by default."),
    inCluster: part.yesOrNo.optional().describe("The cluster that the bot runs in."),
  },
  "must be { aks: <ARM id> }, { kubeconfig: <path>, context } or { inCluster: true }",
);

const schema = targetMapping("kubernetes", "A container of a workload on Kubernetes.", {
  cluster,
  credential: credentialKey.optional().describe("With aks: the entry of credentials that it deploys with."),
  namespace: part.boundedText("must be a namespace: a-z, 0-9 and -", 63, new RegExp(`^${label}$`)),
  workload: part
    .boundedText(
      "must be deployment/<name>, statefulset/<name>, daemonset/<name> or cronjob/<name>",
      266,
      workloadPattern,
    )
    .describe("deployment/<name>, statefulset/<name>, daemonset/<name> or cronjob/<name>."),
  container: containerKey.describe("The container whose image is set."),
  force: part.yesOrNo.default(false).describe("Changes what Flux, Argo CD or Helm own all the same."),
});

/** A container of a workload on Kubernetes. */
export const kubernetesForm: TargetForm<"kubernetes", typeof schema> = {
  schema,
  otherNames: ["aks", "k8s"],
  ...oneContainer,
  ...noSecrets,
  check: checkCluster,
  advise: none,
  placeOf,
  overlap: none,
  files: ({ cluster: { kubeconfig } }) =>
    kubeconfig === undefined ? [] : [{ path: ["cluster", "kubeconfig"], file: kubeconfig }],
  resolve: (file) => {
    const { cluster, credential, workload, ...own } = ownKeysOf(file);
    return { ...own, cluster: clusterOf(cluster, credential), workload: workloadOf(workload) };
  },
};

function checkCluster({ value, written }: Tree): readonly Finding[] {
  const path = ["cluster"];
  const given = valueAt(written, path);
  if (typeof given !== "object" || given === null || Array.isArray(given)) return [];
  const has = (key: string) => valueAt(given, [key]) !== undefined;
  const ways = ["aks", "kubeconfig", "inCluster"].filter(has);
  const hasCredential = valueAt(written, ["credential"]) !== undefined;
  const named = ways.length === 0 ? "names no cluster" : `has ${ways.join(" and ")}`;
  const isFalse = valueAt(value, [...path, "inCluster"]) === false;
  const hasIdleContext = has("context") && !has("kubeconfig");
  const hasIdleCredential = !has("aks") && hasCredential && ways.length === 1;
  return [
    ...ofValue(path, ways.length !== 1 && `${named}; set one of aks, kubeconfig, inCluster`),
    ...ofValue([...path, "inCluster"], isFalse && "is false; set it to true, or name a cluster"),
    ...ofKey([...path, "context"], hasIdleContext && "is used only with kubeconfig; leave it out"),
    ...ofKey([], has("aks") && !hasCredential && "lacks credential; a cluster on AKS needs one"),
    ...ofKey(["credential"], hasIdleCredential && "is used only with cluster.aks; leave it out"),
  ];
}

// Azure tells none of its names apart by case; Kubernetes has none in capitals; paths of files may differ by it.
function placeOf(target: unknown): TargetPlace | undefined {
  const text = (...keys: readonly string[]) => textAt(target, keys);
  if (text("workload") === undefined) return undefined;
  const inCluster = String(valueAt(target, ["cluster", "inCluster"]) === true);
  const aks = text("cluster", "aks")?.toLowerCase();
  const place = [inCluster, aks, text("cluster", "kubeconfig"), text("cluster", "context")];
  const parts = ["kubernetes", ...place, text("namespace"), text("workload"), text("container")];
  return { key: "workload", parts };
}

function clusterOf(
  { aks, kubeconfig, context }: z.infer<typeof cluster>,
  credential: string | undefined,
): KubernetesCluster {
  if (aks !== undefined)
    return { kind: "aks", resourceId: aks, credential: checked(credential, "credential") };
  if (kubeconfig === undefined) return { kind: "in-cluster" };
  return { kind: "kubeconfig", path: kubeconfig, ...present({ context }) };
}

function workloadOf(text: string): { readonly kind: WorkloadKind; readonly name: string } {
  const [word, name] = text.split("/");
  const kind = workloadKinds.find((one) => one === word);
  return { kind: checked(kind, "workload"), name: checked(name, "workload") };
}
