import type { Reply } from "../shared/http-call.ts";
import { errorReply } from "../shared/refusal.ts";
import type { AksOptions } from "./options.ts";
import type { Exchange } from "./server.ts";

const apiVersions: readonly string[] = ["2025-10-01"];

/** ARM's answers about the cluster, as about an AKS cluster. */
export function answerArm(
  aks: AksOptions,
  call: Exchange,
  server: { readonly url: string; readonly host: string; readonly ca: string },
): Reply {
  if (call.headers.authorization !== `Bearer ${aks.armToken}`)
    return errorReply(401, "InvalidAuthenticationToken", "The access token is invalid.");
  const version = call.query.get("api-version") ?? "";
  if (!apiVersions.includes(version))
    return errorReply(400, "InvalidResourceType", `The api-version '${version}' is invalid.`);
  const path = call.path.toLowerCase();
  const id = aks.resourceId.toLowerCase();
  if (call.method === "GET" && path === id) return { status: 200, body: clusterOf(aks, server.host) };
  if (call.method === "POST" && path === `${id}/listclusterusercredential`) {
    const value = Buffer.from(userKubeconfig(server)).toString("base64");
    return { status: 200, body: { kubeconfigs: [{ name: "clusterUser", value }] } };
  }
  return errorReply(404, "ResourceNotFound", `The Resource '${call.path}' was not found.`);
}

function clusterOf(aks: AksOptions, host: string) {
  return {
    id: aks.resourceId,
    name: aks.resourceId.split("/").at(-1),
    type: "Microsoft.ContainerService/ManagedClusters",
    location: "westeurope",
    properties: {
      provisioningState: "Succeeded",
      powerState: { code: aks.powerState ?? "Running" },
      fqdn: aks.fqdn ?? host,
      ...(aks.entra === false ? {} : { aadProfile: { managed: true, enableAzureRBAC: true } }),
      disableLocalAccounts: true,
    },
  };
}

/** What AKS gives users of Entra clusters: the server, its CA, and a program (kubelogin) for the token. */
function userKubeconfig({ url, ca }: { readonly url: string; readonly ca: string }): string {
  return `apiVersion: v1
kind: Config
current-context: shop
clusters:
- name: shop
  cluster:
    server: ${url}
    certificate-authority-data: ${Buffer.from(ca).toString("base64")}
contexts:
- name: shop
  context:
    cluster: shop
    user: clusterUser_shop
users:
- name: clusterUser_shop
  user:
    exec:
      apiVersion: client.authentication.k8s.io/v1beta1
      command: kubelogin
      args: [get-token, --server-id, 6dae42f8-4368-4678-94ff-3960e28e3630]
`;
}
