import { join } from "node:path";
import { type OpenCluster, readAccessFile, serverAddress } from "./access.ts";

// Where every pod finds the API server and its service account (kubernetes.io, "Accessing the Kubernetes API from a Pod").
const defaultServer = "https://kubernetes.default.svc";
const defaultFolder = "/var/run/secrets/kubernetes.io/serviceaccount";

const notInPod =
  "the bot does not run in a Kubernetes pod with a service account (automountServiceAccountToken). Elsewhere use cluster.aks or cluster.kubeconfig.";

/**
 * Access to the cluster that the bot itself runs in, by its pod's service account. The token is read for each use: the
 * kubelet renews the file, by default each hour. Throws `config-invalid` outside of a cluster.
 */
export function createInClusterAccess(
  options: { readonly server?: string; readonly folder?: string } = {},
): OpenCluster {
  const { server = defaultServer, folder = defaultFolder } = options;
  return async (signal) => {
    const read = (name: string) => {
      const path = join(folder, name);
      return readAccessFile(path, `The file ${path} could not be read: ${notInPod}`, signal);
    };
    const [token, ca] = await Promise.all([read("token"), read("ca.crt")]);
    return {
      server: serverAddress(server, "The address of the API server"),
      token: token.trim(),
      ca,
      who: "the pod's service account",
    };
  };
}
