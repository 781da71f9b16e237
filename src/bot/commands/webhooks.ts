import { ChatopsError } from "../../errors.ts";
import { type Notice, notice } from "../../nouns/card.ts";
import { bold, code, type Text, text } from "../../nouns/text.ts";
import type { WebhookManagement, WebhookSummary } from "../../registry/registry-port.ts";
import { type Command, type CommandCall, Instead } from "./command.ts";
import { Misused } from "./typed/misused.ts";

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
  run: async (call) => {
    const { registry, management } = findManaged(call);
    const found = await management.listWebhooks({ signal: call.signal });
    if (found.length === 0) return notice("warning", "🪝", [`The registry ${registry} has no webhook.`]);
    const lines = found.slice(0, mostWebhooks).map(describe);
    return notice("neutral", "🪝", lines, `Webhooks of ${registry}`);
  },
};

/** `ping [registry] [webhook]`: asks ARM to ping it, then waits for the ping to come in at our own door. */
export const ping: Command = {
  name: "ping",
  usage: "ping [registry] [webhook]",
  summary: "send a test event through a webhook and watch it arrive",
  run: async (call) => {
    const managed = findManaged(call);
    const { registry, management } = managed;
    const name = call.words.find((word) => word !== registry) ?? (await onlyWebhook(managed, call));
    if (name === undefined) throw new Misused(`Which webhook? See ${call.prefix} webhooks ${registry}.`);
    const askedAt = call.clock.now();
    const waitMs = call.pingLimit(call.known.who, askedAt);
    if (waitMs > 0)
      throw new Instead("⏳", [
        `Five pings a minute are enough: try again in ${Math.ceil(waitMs / 1_000)} s.`,
      ]);
    try {
      const id = await management.pingWebhook(name, { signal: call.signal });
      return arrival(name, id, askedAt, await waitForPing(registry, id, askedAt, call));
    } catch (error) {
      if (!(error instanceof ChatopsError)) throw error;
      return notice("attention", "🔴", [error.message]);
    }
  },
};

function arrival(name: string, id: string, askedAt: number, arrivedAt: number | undefined): Notice {
  const sent = text("Ping ", code(id), " sent through ", code(name), ", ");
  if (arrivedAt === undefined)
    return notice("attention", "🔴", [
      text(sent, `not received within ${pingWaitMs / 1000} s.`),
      "Check the webhook's address and secret: az acr webhook list-events shows what the registry was answered.",
    ]);
  const tookMs = Math.max(0, arrivedAt - askedAt);
  const took = tookMs < 1_000 ? `${tookMs} ms` : `${(tookMs / 1_000).toFixed(1)} s`;
  return notice("good", "🟢", [text(sent, `received after ${took}.`)]);
}

function findManaged(call: CommandCall): Managed {
  const names = Object.keys(call.config().registries);
  const named = call.words.find((word) => names.includes(word));
  const registry = named ?? (names.length === 1 ? names[0] : undefined);
  if (registry === undefined || call.words.length > (named === undefined ? 1 : 2))
    throw new Misused(`Which registry? ${names.join(", ")}.`);
  const { management } = call.accessTo(registry);
  if (management !== undefined) return { registry, management };
  throw new Instead("⛔", [
    `The bot isn't allowed to list the webhooks of ${registry}.`,
    "Ask an operator to set resourceId and credentials.webhooks for it.",
  ]);
}

async function onlyWebhook(managed: Managed, { config, signal }: CommandCall): Promise<string | undefined> {
  const configured = config().registries[managed.registry]?.webhook.names ?? [];
  if (configured.length > 0) return configured.length === 1 ? configured[0] : undefined;
  const found = await managed.management.listWebhooks({ signal });
  return found.length === 1 ? found[0]?.name : undefined;
}

async function waitForPing(
  registry: string,
  id: string,
  askedAt: number,
  { store, clock, signal }: CommandCall,
): Promise<number | undefined> {
  // The registry's clock may be a little behind ours.
  const since = askedAt - 60_000;
  for (let waitedMs = 0; waitedMs <= pingWaitMs && !signal.aborted; waitedMs += pingLookMs) {
    const arrivedAt = await store.findPing(registry, id, since);
    if (arrivedAt !== undefined) return arrivedAt;
    await clock.sleep(pingLookMs, signal);
  }
  return undefined;
}

function describe({ name, location, status, actions, scope }: WebhookSummary): Text {
  const where = scope === "" ? "all repositories" : scope;
  // A scope without a tag means one tag only, which surprises everybody (acr-webhook-reference).
  const onlyLatest = scope !== "" && !scope.includes(":");
  const warning = onlyLatest ? ` ⚠️ this scope means ${scope}:latest only; ${scope}:* means every tag` : "";
  const state = status === "enabled" ? "✓ enabled" : `⏸ ${status}`;
  return text(bold(name), ` · ${location} · ${state} · ${actions.join(", ")} · ${where}${warning}`);
}
