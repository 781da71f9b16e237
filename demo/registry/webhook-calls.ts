import { randomUUID } from "node:crypto";
import type { Background } from "./background.ts";
import { type CallLog, type Delivery, factSummary, statusOf } from "./call-log.ts";
import { type EventBody, eventBody, pingBody } from "./event-body.ts";
import { post } from "./http-post.ts";
import type { RegistryFact } from "./registry-fact.ts";
import { isTold, type Webhook } from "./webhook.ts";

// "Webhook calls time out after 5 seconds", not configurable (azure-docs#54638).
const webhookTimeoutMs = 5_000;

/** Calls webhooks as ACR does. */
export type WebhookCalls = ReturnType<typeof createWebhookCalls>;

/**
 * Tells each webhook of a fact by exactly one POST, never repeated (Azure/acr#681). Webhooks of one region share an
 * event's id; whether regions do is unknown, so `shareIds` decides (false: the harder case for the receiver).
 */
export function createWebhookCalls(options: {
  readonly background: Background;
  readonly stamp: () => string;
  readonly now: () => number;
  readonly log: CallLog;
  readonly timeoutMs?: number;
  readonly shareIds?: boolean;
}) {
  const webhooks = new Map<string, Webhook>();

  function call(webhook: Webhook, content: EventBody, about: Partial<Delivery>): void {
    const body = JSON.stringify(content);
    const headers = {
      "Content-Type": "application/json; charset=utf-8",
      "User-Agent": "AzureContainerRegistry/1.0",
      "Content-Length": String(Buffer.byteLength(body)),
    };
    options.background.add(async (signal) => {
      const startedAt = options.now();
      const sent = withCustom(headers, webhook.customHeaders);
      const outcome = await post(webhook.serviceUri, sent, body, {
        timeoutMs: options.timeoutMs ?? webhookTimeoutMs,
        signal,
      });
      options.log.list({ webhook, content, sent, outcome });
      options.log.note({
        ...about,
        id: content.id,
        way: "webhook",
        name: webhook.name,
        location: webhook.location,
        action: content.action,
        at: content.timestamp,
        tookMs: options.now() - startedAt,
        statusCode: statusOf(outcome),
      });
    });
  }

  return {
    webhooks,
    tell(fact: RegistryFact): void {
      const ids = new Map<string, string>();
      for (const webhook of webhooks.values()) {
        if (!isTold(webhook, fact)) continue;
        const region = options.shareIds === true ? "" : webhook.location;
        const id = ids.get(region) ?? randomUUID();
        ids.set(region, id);
        call(webhook, eventBody(fact, id, options.stamp()), factSummary(fact));
      }
    },
    /** Sends a ping, whatever the webhook's status and actions are, and gives the event's id (recorded 2020). */
    ping(webhook: Webhook): string {
      const id = randomUUID();
      call(webhook, pingBody(id, options.stamp()), {});
      return id;
    },
  };
}

// A custom header replaces the one that ACR would send, whatever its case (acr-facts 1.1).
function withCustom(
  headers: Readonly<Record<string, string>>,
  custom: Readonly<Record<string, string>>,
): Readonly<Record<string, string>> {
  const replaced = new Set(Object.keys(custom).map((name) => name.toLowerCase()));
  const kept = Object.entries(headers).filter(([name]) => !replaced.has(name.toLowerCase()));
  return { ...Object.fromEntries(kept), ...custom };
}
