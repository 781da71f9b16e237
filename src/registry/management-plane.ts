import type { TokenCredential } from "@azure/core-auth";
import { z } from "zod";
import { type ArmCaller, createArmCaller } from "../azure/arm-caller.ts";
import type { ArmPurpose } from "../azure/arm-errors.ts";
import { armPath } from "../azure/arm-id.ts";
import type { AzureConfig } from "../config/config.ts";
import { ChatopsError } from "../errors.ts";
import { listDeadlineMs, signalWithin } from "../outgoing/deadline.ts";
import { readRecordedCall } from "./recorded-calls.ts";
import type { WebhookManagement, WebhookSummary } from "./registry-port.ts";

// The newest stable version of registries and webhooks (acr-facts 3).
const apiVersion = "2025-11-01";
// A registry has at most 500 webhooks (Premium); how much listEvents gives is not documented.
const maxPages = 20;

const Webhook = z.object({
  name: z.string().max(128),
  location: z.string().max(128),
  properties: z.object({
    status: z.string().max(64).default("unknown"),
    scope: z.string().max(512).nullish(),
    actions: z.array(z.string().max(64)).default([]),
  }),
});
const Ping = z.object({ id: z.string().min(1).max(128) });

/** Asks ARM about a registry's webhooks. POSTs count as ARM writes (1,200 an hour a subscription): no tight polling. */
export function createWebhookManagement(deps: {
  readonly azure: Pick<AzureConfig, "cloud" | "armEndpoint">;
  readonly credential: TokenCredential;
  /** The credential's name in the configuration, for errors. */
  readonly credentialName: string;
  readonly resourceId: string;
  readonly now: () => number;
}): WebhookManagement {
  const arm = createArmCaller({ ...deps, refusedAs: "arm-unavailable" });
  const registry = deps.resourceId.split("/").at(-1) ?? "";
  const root = `${armPath(deps.resourceId)}/webhooks`;
  const purposeOf = (doing: string, action: string): ArmPurpose => ({
    doing: `${doing} of ${registry}`,
    action: `Microsoft.ContainerRegistry/registries/webhooks/${action}`,
    on: "the registry",
    check: "resourceId and the webhook's name",
  });
  return {
    async listWebhooks(options) {
      const purpose = purposeOf("list the webhooks", "read");
      const items = await allPages(arm, purpose, Webhook, "GET", root, options?.signal);
      return items.map(summaryOf);
    },
    async pingWebhook(name, options) {
      const request = { method: "POST", path: `${pathOf(root, name)}/ping`, apiVersion } as const;
      const purpose = purposeOf(`ping the webhook ${name}`, "ping/action");
      return (await arm.ask(purpose, request, Ping, signalWithin(listDeadlineMs, options?.signal))).body.id;
    },
    async listEvents(name, options) {
      const purpose = purposeOf(`list the events of the webhook ${name}`, "listEvents/action");
      const path = `${pathOf(root, name)}/listEvents`;
      const items = await allPages(arm, purpose, z.unknown(), "POST", path, options?.signal);
      return items.flatMap((item) => readRecordedCall(item) ?? []);
    },
  };
}

function pathOf(root: string, name: string): string {
  // ACR's rule: alphanumeric, 5 to 50 characters. A name is configured by the operator; a slash in it would lead away.
  if (/^[A-Za-z0-9]{1,50}$/.test(name)) return `${root}/${name}`;
  throw new ChatopsError("arm-not-found", `"${name.slice(0, 60)}" is not the name of a webhook.`);
}

async function allPages<Item>(
  arm: ArmCaller,
  purpose: ArmPurpose,
  item: z.ZodType<Item>,
  method: "GET" | "POST",
  first: string,
  signal: AbortSignal | undefined,
): Promise<readonly Item[]> {
  const within = signalWithin(listDeadlineMs, signal);
  const Page = z.object({ value: z.array(item), nextLink: z.string().nullish() });
  const read = async (by: "GET" | "POST", path: string) =>
    (await arm.ask(purpose, { method: by, path, apiVersion }, Page, within)).body;
  const page = await read(method, first);
  const items = [...page.value];
  let next = page.nextLink;
  for (let pages = 1; next != null && pages < maxPages; pages += 1) {
    const link: string = next;
    // ARM's clients read a next page by GET whatever the first one took; for a list that is a POST this is documented
    // nowhere, so a page that is not there by GET is asked for by POST.
    const { value, nextLink } = await read("GET", link).catch((error: unknown) => {
      if (method === "GET" || !(error instanceof ChatopsError) || error.retryable) throw error;
      return read(method, link);
    });
    items.push(...value);
    next = nextLink;
  }
  return items;
}

function summaryOf({ name, location, properties }: z.infer<typeof Webhook>): WebhookSummary {
  const { status, scope, actions } = properties;
  return { name, location, status, scope: scope ?? "", actions };
}
