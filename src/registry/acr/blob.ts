import { createPipelineFromOptions, createPipelineRequest } from "@azure/core-rest-pipeline";
import { AzureRefusal, answerOf } from "../../azure/azure-refusal.ts";
import { bytesOf, createBoundedClient, pipelineOptions } from "../../azure/bounded-client.ts";
import { ChatopsError } from "../../errors.ts";
import { digestOf } from "../manifest/digest.ts";
import type { AcrConnection } from "./acr-connection.ts";
import { checkDigest, checkRepository, encodePath } from "./names.ts";

const maxBlobBytes = 1024 * 1024;
// Where ACR keeps its layers: storage accounts, and dedicated data endpoints, in the three clouds.
const blobHosts = [
  /^[a-z0-9-]+(?:\.[a-z0-9-]+)?\.data\.azurecr\.(?:io|us|cn)$/,
  /^[a-z0-9]+\.blob\.core\.(?:windows\.net|usgovcloudapi\.net|chinacloudapi\.cn)$/,
  /^[a-z0-9]+\.z\d+\.blob\.storage\.azure\.net$/,
];

/** Whether a host is storage of a registry, in one of the clouds. */
export function isStorageHost(hostname: string): boolean {
  return blobHosts.some((host) => host.test(hostname));
}

/**
 * A small blob whose bytes were checked against the digest. ACR answers with a redirect to its storage: one is followed,
 * to hosts of ACR's storage only, and without the registry's token (the address carries its own signature).
 */
export async function fetchBlob(
  connection: AcrConnection,
  repository: string,
  digest: string,
  signal: AbortSignal,
): Promise<Buffer> {
  const path = `/v2/${encodePath(checkRepository(repository))}/blobs/${encodeURIComponent(checkDigest(digest))}`;
  const response = await connection.send({ method: "GET", path, accept: "*/*", signal });
  const bytes =
    response.status < 300 ? await bytesOf(response) : await follow(response.headers.get("Location"), signal);
  if (digestOf(bytes) === digest) return bytes;
  throw new ChatopsError("registry-digest-mismatch", `The blob ${digest} of ${repository} has other bytes.`);
}

async function follow(location: string | undefined, signal: AbortSignal): Promise<Buffer> {
  const url = URL.canParse(location ?? "") ? new URL(location ?? "") : undefined;
  if (url === undefined || url.protocol !== "https:" || !isStorageHost(url.hostname)) {
    throw new Error(
      `The blob was redirected to ${url?.host ?? "nowhere"}, which is no storage of a registry.`,
    );
  }
  const client = createBoundedClient({ maxBodyBytes: maxBlobBytes });
  const request = createPipelineRequest({ url: url.href, abortSignal: signal });
  request.streamResponseStatusCodes = new Set([200]);
  const response = await createPipelineFromOptions(pipelineOptions).sendRequest(client, request);
  if (response.status === 200) return bytesOf(response);
  throw new AzureRefusal("call", answerOf(response));
}
