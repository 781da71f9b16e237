import type { TokenCredential } from "@azure/core-auth";
import { z } from "zod";
import type { ArmCaller } from "../../../../azure/arm-caller.ts";
import { createArmResource } from "../../../../azure/arm-resource.ts";
import { tokenForSystem } from "../../../../azure/token-for-system.ts";
import { ChatopsError } from "../../../../errors.ts";
import { type OpenCluster, serverAddress } from "./access.ts";
import { readKubeconfig } from "./kubeconfig.ts";

// Stable version of Microsoft.ContainerService (learn.microsoft.com, Managed Clusters - List Cluster User Credentials).
const apiVersion = "2025-10-01";
// The Entra application that stands for the API server of every AKS cluster (kubelogin's documentation, --server-id).
const aksServerScope = "6dae42f8-4368-4678-94ff-3960e28e3630/.default";
// A cluster's address and CA stay the same, unless it is made anew or its certificates are rotated.
const clusterFreshMs = 10 * 60_000;
// It has both actions and no other.
const role = `the role "Azure Kubernetes Service Cluster User Role"`;

const ManagedCluster = z.object({
  properties: z.object({
    fqdn: z.string().optional(),
    privateFQDN: z.string().optional(),
    powerState: z.object({ code: z.string() }).nullish(),
    aadProfile: z.object({}).nullish(),
  }),
});
const UserCredentials = z.object({ kubeconfigs: z.array(z.object({ value: z.string() })).min(1) });

interface Address {
  readonly server: URL;
  readonly ca: string;
  readonly readAt: number;
}

interface AksDeps {
  readonly resourceId: string;
  /** Name of the identity in `credentials`. */
  readonly credentialName: string;
  readonly credential: TokenCredential;
  readonly arm: ArmCaller;
  readonly now: () => number;
}

/**
 * Access to an AKS cluster that knows Entra: address and CA by ARM, the token for the AKS server application by our own
 * identity, so that neither kubelogin nor local accounts are needed. Throws `arm-*` and `target-*`.
 */
export function createAksAccess(deps: AksDeps): OpenCluster {
  let known: Address | undefined;
  return async (signal) => {
    if (known === undefined || deps.now() - known.readAt > clusterFreshMs)
      known = await readAddress(deps, signal);
    const { server, ca } = known;
    const token = await tokenForSystem(deps, aksServerScope, "call the cluster", signal);
    return { server, ca, token, who: `the identity "${deps.credentialName}"` };
  };
}

async function readAddress({ arm, resourceId, now }: AksDeps, signal: AbortSignal): Promise<Address> {
  const name = resourceId.split("/").at(-1) ?? "";
  const where = `the kubeconfig of the AKS cluster ${name}`;
  const resource = createArmResource(arm, {
    on: `the AKS cluster ${name}`,
    type: "Microsoft.ContainerService/managedClusters",
    apiVersion,
    path: resourceId,
  });
  const reading = { doing: "read", right: `read (${role} has it)` };
  const { body: found } = await resource.ask(reading, ManagedCluster, signal);
  const { fqdn, privateFQDN, powerState, aadProfile } = found.properties;
  if (powerState?.code === "Stopped")
    throw new ChatopsError("target-refused", `The AKS cluster ${name} is stopped. Start it (az aks start).`);
  if (aadProfile == null)
    throw new ChatopsError(
      "target-refused",
      `The AKS cluster ${name} does not use Entra. Turn that on, or use cluster.kubeconfig.`,
    );
  const right = `listClusterUserCredential/action (${role} has it)`;
  const listing = { doing: "read", right, method: "POST", below: "/listClusterUserCredential" } as const;
  const { body: credentials } = await resource.ask(listing, UserCredentials, signal);
  const text = Buffer.from(credentials.kubeconfigs[0]?.value ?? "", "base64").toString("utf8");
  const { cluster } = readKubeconfig(where, text);
  const server = serverAddress(cluster.server, where);
  // Only its own server may get the token.
  if (![fqdn, privateFQDN].includes(server.hostname))
    throw new ChatopsError(
      "target-answer-unusable",
      `In ${where} stands another server than ARM says it has.`,
    );
  const ca = Buffer.from(cluster["certificate-authority-data"] ?? "", "base64").toString("utf8");
  if (ca === "")
    throw new ChatopsError("target-answer-unusable", `In ${where} stands no certificate authority.`);
  return { server, ca, readAt: now() };
}
