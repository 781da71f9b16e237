import type { TokenCredential } from "@azure/core-auth";
import { z } from "zod";
import { type ArmConnection, createArmConnection } from "../azure/arm-connection.ts";
import { armError } from "../azure/arm-errors.ts";
import { AzureRefusal } from "../azure/azure-refusal.ts";
import type { AzureConfig } from "../config/config.ts";
import { listDeadlineMs, readDeadlineMs, withDeadline } from "../outgoing/deadline.ts";
import { readRecordedCall } from "./recorded-calls.ts";
import type { CallOptions, RecordedCall, WebhookManagement, WebhookSummary } from "./registry-port.ts";

// A registry has at most 500 webhooks (Premium); how much listEvents gives is not documented.
const maxPages = 20;
const webhookActions = "Microsoft.ContainerRegistry/registries/webhooks";

const Webhook = z.object({
  name: z.string().max(128),
  location: z.string().max(128),
  properties: z.object({
    status: z.string().max(64).default("unknown"),
    scope: z.string().max(512).nullish(),
    actions: z.array(z.string().max(64)).default([]),
  }),
});
const Page = z.object({ value: z.array(z.unknown()), nextLink: z.string().nullish() });
const Ping = z.object({ id: z.string().min(1).max(128) });

/** Asks ARM about a registry's webhooks. POSTs count as ARM writes (1,200 an hour a subscription): no tight polling. */
export function createWebhookManagement(deps: {
  readonly azure: Pick<AzureConfig, "cloud" | "armEndpoint">;
  readonly credential: TokenCredential;
  /** The credential's name in the configuration, for errors. */
  readonly credentialName: string;
  readonly resourceId: string;
}): WebhookManagement {
  const arm = createArmConnection(deps);
  const registry = deps.resourceId.split("/").at(-1) ?? "";
  const root = `/${deps.resourceId.split("/").filter(Boolean).map(encodeURIComponent).join("/")}/webhooks`;

  function run<T>(
    call: { readonly doing: string; readonly action: string; readonly deadlineMs: number },
    options: CallOptions | undefined,
    work: (signal: AbortSignal) => Promise<T>,
  ): Promise<T> {
    const named = { ...call, credential: deps.credentialName, action: `${webhookActions}/${call.action}` };
    const translate = (error: unknown) => armError(error, named);
    return withDeadline({ deadlineMs: call.deadlineMs, signal: options?.signal, translate }, work);
  }

  return {
    listWebhooks(options) {
      const call = {
        doing: `list the webhooks of ${registry}`,
        action: "read",
        deadlineMs: listDeadlineMs,
      };
      return run(call, options, async (signal) => {
        const items = await allPages(arm, "GET", root, signal);
        return items.map((item) => summaryOf(Webhook.parse(item)));
      });
    },
    getWebhook(name, options) {
      const call = {
        doing: `read the webhook ${name} of ${registry}`,
        action: "read",
        deadlineMs: readDeadlineMs,
      };
      return run(call, options, async (signal) => {
        return summaryOf(Webhook.parse(await arm.send("GET", pathOf(root, name), signal)));
      });
    },
    pingWebhook(name, options) {
      const doing = `ping the webhook ${name} of ${registry}`;
      return run({ doing, action: "ping/action", deadlineMs: readDeadlineMs }, options, async (signal) => {
        return Ping.parse(await arm.send("POST", `${pathOf(root, name)}/ping`, signal)).id;
      });
    },
    listEvents(name, options) {
      const doing = `list the events of the webhook ${name} of ${registry}`;
      return run(
        { doing, action: "listEvents/action", deadlineMs: listDeadlineMs },
        options,
        async (signal) => {
          const items = await allPages(arm, "POST", `${pathOf(root, name)}/listEvents`, signal);
          return items.map(readRecordedCall).filter((call): call is RecordedCall => call !== undefined);
        },
      );
    },
  };
}

function pathOf(root: string, name: string): string {
  // ACR's rule: alphanumeric, 5 to 50 characters. A name is configured by the operator; a slash in it would lead away.
  if (!/^[A-Za-z0-9]{1,50}$/.test(name))
    throw new Error(`"${name.slice(0, 60)}" is not the name of a webhook.`);
  return `${root}/${name}`;
}

async function allPages(
  arm: ArmConnection,
  method: "GET" | "POST",
  path: string,
  signal: AbortSignal,
): Promise<readonly unknown[]> {
  const items: unknown[] = [];
  let next: string | undefined = path;
  for (let page = 0; next !== undefined && page < maxPages; page += 1) {
    const answer =
      page === 0 ? await arm.send(method, next, signal) : await nextPage(arm, method, next, signal);
    const { value, nextLink }: z.infer<typeof Page> = Page.parse(answer);
    items.push(...value);
    next = nextLink ?? undefined;
  }
  return items;
}

// ARM's clients read a next page by GET whatever the first one took; for a list that is a POST this is documented
// nowhere, so a page that is not there by GET is asked for by POST.
async function nextPage(arm: ArmConnection, method: "GET" | "POST", link: string, signal: AbortSignal) {
  try {
    return await arm.send("GET", link, signal);
  } catch (error) {
    const isNoGet = error instanceof AzureRefusal && (error.status === 404 || error.status === 405);
    if (method === "GET" || !isNoGet) throw error;
    return arm.send("POST", link, signal);
  }
}

function summaryOf({ name, location, properties }: z.infer<typeof Webhook>): WebhookSummary {
  const { status, scope, actions } = properties;
  return { name, location, status, scope: scope ?? "", actions };
}
