import type { Target } from "../nouns/target.ts";
import type { Config } from "./config.ts";
import { isLongEnoughToHide } from "./targets/target-form.ts";
import { formOf } from "./targets/target-forms.ts";

/** Every secret's value that the configuration holds, so that the logger can keep each of them out of every line. */
export function secretsOf(config: Config): readonly string[] {
  const { registries, credentials, slack, teams, server, store } = config;
  return [
    ...Object.values(registries).flatMap((one) => [...one.webhook.secrets, ...one.eventGrid.secrets]),
    ...server.tokens.map(({ secret }) => secret),
    ...Object.values(config.targets).flatMap(secretsOfTarget),
    ...Object.values(credentials).flatMap((one) => (one.type === "secret" ? [one.secret] : [])),
    ...(slack === undefined ? [] : [slack.botToken, slack.signingSecret]),
    ...Object.values(config.slackWebhooks),
    ...(teams?.auth.type === "secret" ? [teams.auth.secret] : []),
    ...Object.values(config.teamsWorkflows).flatMap((one) => [one, ...signatureOf(one)]),
    ...(store.url.startsWith("sqlite:") ? [] : [store.url]),
  ];
}

/** Every secret's value that one target's configuration holds. */
export function secretsOfTarget(target: Target): readonly string[] {
  return formOf(target.type).secrets(target);
}

/** The signature in a workflow's address, as written and decoded: whoever has it and the flow's id may post. */
function signatureOf(address: string): readonly string[] {
  const written = /[?&]sig=([^&]+)/.exec(address)?.[1];
  const decoded = URL.parse(address)?.searchParams.get("sig");
  return [...new Set([written ?? "", decoded ?? ""])].filter(isLongEnoughToHide);
}
