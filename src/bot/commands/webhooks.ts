import { ChatopsError } from "../../errors.ts";
import { type Notice, notice } from "../../nouns/card.ts";
import { bold, code, type Text, text } from "../../nouns/text.ts";
import type { WebhookManagement, WebhookSummary } from "../../registry/registry-port.ts";
import { type Command, type CommandCall, type CommandDeps, usageNotice } from "./command.ts";

// ACR gives its call 5 s; what has not arrived after twice that will not.
const pingWaitMs = 10_000;
const pingLookMs = 200;
const mostWebhooks = 20;

interface Managed {
  readonly registry: string;
  readonly management: WebhookManagement;
}

/** `webhooks [registry]` */
export const webhooks: Command = {
  name: "webhooks",
  usage: "webhooks [registry]",
  summary: "the registry's webhooks: where, what, state",
  run: async (call, deps) => {
    const managed = await findManaged(webhooks, call, deps);
    if ("lines" in managed) return managed;
    const found = await managed.management.listWebhooks({ signal: call.signal });
    if (found.length === 0)
      return notice("warning", "🪝", [`The registry ${managed.registry} has no webhook.`]);
    return notice(
      "neutral",
      "🪝",
      found.slice(0, mostWebhooks).map(describe),
      `Webhooks of ${managed.registry}`,
    );
  },
};

/** `ping [registry] [webhook]`: asks ARM to ping it, then waits for the ping to come in at our own door. */
export const ping: Command = {
  name: "ping",
  usage: "ping [registry] [webhook]",
  summary: "send a test event through a webhook and watch it arrive",
  run: async (call, deps) => {
    const managed = await findManaged(ping, call, deps);
    if ("lines" in managed) return managed;
    const name =
      call.words.find((word) => word !== managed.registry) ?? (await onlyWebhook(managed, call, deps));
    if (name === undefined)
      return usageNotice(ping, call, `Which webhook? See ${call.prefix} webhooks ${managed.registry}.`);
    const askedAt = deps.clock.now();
    const waitMs = deps.pingLimit(call.known.who, askedAt);
    if (waitMs > 0)
      return notice("warning", "⏳", [
        `Five pings a minute are enough: try again in ${Math.ceil(waitMs / 1_000)} s.`,
      ]);
    const id = await pingOrExplain(managed, name, call);
    if (typeof id !== "string") return id;
    const arrivedAt = await waitForPing(managed.registry, id, askedAt, call, deps);
    const sent = text("Ping ", code(id), " sent through ", code(name), ", ");
    if (arrivedAt === undefined)
      return notice("attention", "🔴", [
        text(...sent, `not received within ${pingWaitMs / 1000} s.`),
        "Check the webhook's address and secret: az acr webhook list-events shows what the registry was answered.",
      ]);
    const tookMs = Math.max(0, arrivedAt - askedAt);
    const took = tookMs < 1_000 ? `${tookMs} ms` : `${(tookMs / 1_000).toFixed(1)} s`;
    return notice("good", "🟢", [text(...sent, `received after ${took}.`)]);
  },
};

async function findManaged(
  command: Command,
  call: CommandCall,
  deps: CommandDeps,
): Promise<Managed | Notice> {
  const names = Object.keys(deps.config().registries);
  const named = call.words.find((word) => names.includes(word));
  const registry = named ?? (names.length === 1 ? names[0] : undefined);
  if (registry === undefined || call.words.length > (named === undefined ? 1 : 2))
    return usageNotice(command, call, `Which registry? ${names.join(", ")}.`);
  const { management } = deps.accessTo(registry);
  if (management !== undefined) return { registry, management };
  return notice("warning", "⛔", [
    `I may not ask Azure about the webhooks of ${registry}.`,
    "An operator can set resourceId and credentials.webhooks of that registry.",
  ]);
}

async function onlyWebhook(
  managed: Managed,
  call: CommandCall,
  deps: CommandDeps,
): Promise<string | undefined> {
  const configured = deps.config().registries[managed.registry]?.webhook.names ?? [];
  if (configured.length > 0) return configured.length === 1 ? configured[0] : undefined;
  const found = await managed.management.listWebhooks({ signal: call.signal });
  return found.length === 1 ? found[0]?.name : undefined;
}

async function pingOrExplain(managed: Managed, name: string, call: CommandCall): Promise<string | Notice> {
  try {
    return await managed.management.pingWebhook(name, { signal: call.signal });
  } catch (error) {
    if (!(error instanceof ChatopsError)) throw error;
    return notice("attention", "🔴", [error.message]);
  }
}

async function waitForPing(
  registry: string,
  id: string,
  askedAt: number,
  call: CommandCall,
  deps: CommandDeps,
): Promise<number | undefined> {
  // The registry's clock may be a little behind ours.
  const since = askedAt - 60_000;
  for (let waitedMs = 0; waitedMs <= pingWaitMs && !call.signal.aborted; waitedMs += pingLookMs) {
    const arrivedAt = await deps.store.findPing(registry, id, since);
    if (arrivedAt !== undefined) return arrivedAt;
    await deps.clock.sleep(pingLookMs, call.signal);
  }
  return undefined;
}

function describe(webhook: WebhookSummary): Text {
  const scope = webhook.scope === "" ? "all repositories" : webhook.scope;
  // A scope without a tag means one tag only, which surprises everybody (acr-webhook-reference).
  const onlyLatest = webhook.scope !== "" && !webhook.scope.includes(":");
  const warning = onlyLatest
    ? ` ⚠️ this scope means ${webhook.scope}:latest only; ${webhook.scope}:* means every tag`
    : "";
  const status = webhook.status === "enabled" ? "✓ enabled" : `⏸ ${webhook.status}`;
  return text(
    bold(webhook.name),
    ` · ${webhook.location} · ${status} · ${webhook.actions.join(", ")} · ${scope}${warning}`,
  );
}
