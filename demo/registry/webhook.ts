import type { RegistryFact } from "./registry-fact.ts";

/** The actions that a webhook can be set to; `ping` is always sent. */
export type WebhookAction = RegistryFact["action"];

/** One webhook of the registry, as `az acr webhook create` makes it. `location` is fixed there, and so is the region it speaks for. */
export type Webhook = {
  readonly name: string;
  readonly location: string;
  readonly serviceUri: string;
  readonly customHeaders: Readonly<Record<string, string>>;
  readonly actions: readonly WebhookAction[];
  /** Empty for all, `repo:*`, `repo:tag`, or `repo`, which means `repo:latest`. */
  readonly scope: string;
  readonly status: "enabled" | "disabled";
};

// Names are letters and digits only, 5 to 50 of them (acr-facts 1.6).
const webhookName = /^[a-zA-Z0-9]{5,50}$/;

/** Fills what was left out of a webhook's set-up; a name or address that ACR would refuse throws. */
export function readWebhook(
  setup: Partial<Webhook> & Pick<Webhook, "name" | "serviceUri">,
  location: string,
): Webhook {
  if (!webhookName.test(setup.name))
    throw new Error(`"${setup.name}" is no webhook name: 5 to 50 letters and digits`);
  const { protocol } = new URL(setup.serviceUri);
  if (protocol !== "http:" && protocol !== "https:") throw new Error("a serviceUri is http or https");
  return {
    location,
    customHeaders: {},
    actions: ["push", "delete", "quarantine", "chart_push", "chart_delete"],
    scope: "",
    status: "enabled",
    ...setup,
  };
}

/** Whether the webhook is told of the fact (acr-facts 1.6). */
export function isTold(webhook: Webhook, fact: RegistryFact): boolean {
  if (webhook.status !== "enabled" || !webhook.actions.includes(fact.action)) return false;
  if (webhook.scope === "") return true;
  const cut = webhook.scope.indexOf(":");
  const repository = cut < 0 ? webhook.scope : webhook.scope.slice(0, cut);
  const tag = cut < 0 ? "latest" : webhook.scope.slice(cut + 1);
  if (repository !== fact.repository) return false;
  // How `repo:tag` treats events without a tag is not documented; here it does not match them.
  return tag === "*" || ("tag" in fact && fact.tag === tag);
}
