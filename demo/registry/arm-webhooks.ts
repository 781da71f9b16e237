import { type Call, type Handler, json, type Reply } from "../shared/http-call.ts";
import type { ArmAccess } from "./arm-access.ts";
import { ArmError } from "./arm-error.ts";
import type { CallLog } from "./call-log.ts";
import { originSeenBy } from "./origin.ts";
import type { Right } from "./rights.ts";
import type { Webhook } from "./webhook.ts";
import type { WebhookCalls } from "./webhook-calls.ts";

// A fresh subscription's allowance of writes for an hour; every POST action counts as one (recorded 1199, 1198, …).
const writesAnHour = 1_200;

type Deps = {
  readonly calls: WebhookCalls;
  readonly log: CallLog;
  readonly authorize: ArmAccess;
  readonly resourceId: string;
  readonly pageSize: number;
};

/** ARM's operations on the registry's webhooks (acr-facts 3.1); ids are compared without regard to case, as ARM does. */
export function createArmWebhooks(deps: Deps): Handler {
  const base = `${deps.resourceId}/webhooks`.toLowerCase();
  let writesLeft = writesAnHour;
  return async (call) => {
    const path = call.path.toLowerCase();
    if (!path.startsWith("/subscriptions/")) return undefined;
    if (path !== base && !path.startsWith(`${base}/`)) return unknownResource(deps, call);
    const [name, action, ...more] = call.path.slice(base.length).split("/").slice(1);
    if (more.length > 0) throw notFound(call);
    if (name === undefined) return call.method === "GET" ? list(deps, call) : undefined;
    if (action === undefined) return call.method === "GET" ? get(deps, call, name) : undefined;
    if (call.method !== "POST") return undefined;
    const reply = await act(deps, call, name, action);
    writesLeft = Math.max(writesLeft - 1, 0);
    const left = { "x-ms-ratelimit-remaining-subscription-writes": String(writesLeft) };
    return { ...reply, headers: { ...reply.headers, ...left } };
  };
}

async function unknownResource({ authorize }: Deps, call: Call): Promise<Reply> {
  await authorize(call, "webhooks/read");
  throw notFound(call);
}

async function list({ calls, authorize, resourceId, pageSize }: Deps, call: Call): Promise<Reply> {
  await authorize(call, "webhooks/read");
  const webhooks = [...calls.webhooks.values()];
  return page(call, pageSize, webhooks, (webhook) => webhookShape(resourceId, webhook));
}

async function get({ calls, authorize, resourceId }: Deps, call: Call, name: string): Promise<Reply> {
  await authorize(call, "webhooks/read");
  return json(200, webhookShape(resourceId, getWebhook(calls, call, name)));
}

async function act(
  { calls, log, authorize, pageSize }: Deps,
  call: Call,
  name: string,
  action: string,
): Promise<Reply> {
  const right = rightOfAction[action.toLowerCase()];
  if (right === undefined) throw notFound(call);
  await authorize(call, right);
  const webhook = getWebhook(calls, call, name);
  if (right === "webhooks/ping/action") return json(200, { id: calls.ping(webhook) });
  if (right === "webhooks/listEvents/action")
    return page(call, pageSize, log.listedEvents(webhook.name), (event) => event);
  // In clear, as recorded from the real service.
  return json(200, { serviceUri: webhook.serviceUri, customHeaders: webhook.customHeaders });
}

const rightOfAction: Readonly<Record<string, Right | undefined>> = {
  ping: "webhooks/ping/action",
  listevents: "webhooks/listEvents/action",
  getcallbackconfig: "webhooks/getCallbackConfig/action",
};

function getWebhook(calls: WebhookCalls, call: Call, name: string): Webhook {
  const wanted = name.toLowerCase();
  for (const webhook of calls.webhooks.values()) if (webhook.name.toLowerCase() === wanted) return webhook;
  throw notFound(call);
}

// Never the address nor the headers: these come from getCallbackConfig only. Key order of the recording of 2020.
function webhookShape(resourceId: string, webhook: Webhook) {
  return {
    type: "Microsoft.ContainerRegistry/registries/webhooks",
    id: `${resourceId}/webhooks/${webhook.name}`,
    name: webhook.name,
    location: webhook.location,
    tags: {},
    properties: {
      status: webhook.status,
      scope: webhook.scope,
      actions: webhook.actions,
      provisioningState: "Succeeded",
    },
  };
}

function page<T>(call: Call, pageSize: number, items: readonly T[], shape: (item: T) => unknown): Reply {
  const start = Number(call.query.get("$skiptoken") ?? 0);
  if (!Number.isSafeInteger(start) || start < 0)
    throw new ArmError(400, "InvalidSkipToken", "The skip token is invalid.");
  const end = start + pageSize;
  const next = new URLSearchParams({
    "api-version": call.query.get("api-version") ?? "",
    $skiptoken: String(end),
  });
  const nextLink = `${originSeenBy(call.host, "management.azure.com")}${encodeURI(call.path)}?${next}`;
  const value = items.slice(start, end).map(shape);
  return json(200, end < items.length ? { value, nextLink } : { value });
}

function notFound(call: Call): ArmError {
  const [, resource = call.path] = /\/providers\/(.+)$/i.exec(call.path) ?? [];
  return new ArmError(404, "ResourceNotFound", `The Resource '${resource.slice(0, 200)}' was not found.`);
}
