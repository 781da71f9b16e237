import { randomBytes, randomUUID } from "node:crypto";
import type { World } from "../../demo/world.ts";

/** A `push` event as ACR sends it, of an image that nobody pushed unless `target` says so, with an id of its own. */
export function aPushEvent(
  world: World,
  target: { readonly repository?: string; readonly tag?: string; readonly digest?: string } = {},
): { readonly id: string; readonly body: string } {
  const id = randomUUID();
  const event = {
    id,
    timestamp: new Date().toISOString(),
    action: "push",
    target: {
      mediaType: "application/vnd.oci.image.manifest.v1+json",
      size: 524,
      digest: `sha256:${randomBytes(32).toString("hex")}`,
      length: 524,
      repository: "shop/never-pushed",
      tag: "1.4.2",
      ...target,
    },
    request: { id: randomUUID(), host: world.registry.loginServer, method: "PUT" },
  };
  return { id, body: JSON.stringify(event) };
}

/** Where the bot takes events of the world's registry, and the headers with its secret. */
export function webhookOf(publicAddress: string, secret: string) {
  return {
    url: `${publicAddress}/webhooks/acr/contoso?region=westeurope`,
    headers: { "content-type": "application/json", "x-webhook-secret": secret },
  };
}

/** Posts one event and gives the answer. */
export async function sendEvent(
  publicAddress: string,
  world: World,
  { body } = aPushEvent(world),
): Promise<{ readonly status: number; readonly body: unknown }> {
  const { url, headers } = webhookOf(publicAddress, world.secrets.webhook);
  const response = await fetch(url, { method: "POST", headers, body });
  return { status: response.status, body: await response.json() };
}
