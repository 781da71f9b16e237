import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { ChatopsError } from "../../../../errors.ts";
import { type OpenCluster, serverAddress } from "./access.ts";

// Where every pod finds the API server and its service account (kubernetes.io, "Accessing the Kubernetes API from a Pod").
const defaultServer = "https://kubernetes.default.svc";
const defaultFolder = "/var/run/secrets/kubernetes.io/serviceaccount";

/**
 * Access to the cluster that the bot itself runs in, by its pod's service account. The token is read for each use: the
 * kubelet renews the file, by default each hour. Throws `config-invalid` outside of a cluster.
 */
export function createInClusterAccess(
  options: { readonly server?: string; readonly folder?: string } = {},
): OpenCluster {
  const { server = defaultServer, folder = defaultFolder } = options;
  return async (signal) => {
    const [token = "", ca = ""] = await Promise.all(
      ["token", "ca.crt"].map((name) => readMounted(join(folder, name), signal)),
    );
    return {
      server: serverAddress(server, "The address of the API server"),
      token: token.trim(),
      ca,
      who: "the pod's service account",
    };
  };
}

async function readMounted(path: string, signal: AbortSignal): Promise<string> {
  try {
    return await readFile(path, { encoding: "utf8", signal });
  } catch (error) {
    signal.throwIfAborted();
    throw new ChatopsError(
      "config-invalid",
      `The file ${path} could not be read: the bot does not run in a Kubernetes pod with a service account (automountServiceAccountToken). Elsewhere use cluster.aks or cluster.kubeconfig.`,
      { cause: error },
    );
  }
}
