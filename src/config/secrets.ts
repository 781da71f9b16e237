import type { Target } from "../nouns/target.ts";
import type { Config } from "./config.ts";
import { isLongEnoughToHide } from "./targets/target-form.ts";
import { formOf } from "./targets/target-forms.ts";

/** Every secret's value that the configuration holds, so that the logger can keep each of them out of every line. */
export function secretsOf(config: Config): readonly string[] {
  const registries = Object.values(config.registries).flatMap((one) => [
    ...one.webhook.secrets,
    ...one.eventGrid.secrets,
  ]);
  const credentials = Object.values(config.credentials).flatMap((one) =>
    one.type === "secret" ? [one.secret] : [],
  );
  const slack = config.slack === undefined ? [] : [config.slack.botToken, config.slack.signingSecret];
  const teams = config.teams?.auth.type === "secret" ? [config.teams.auth.secret] : [];
  const workflows = Object.values(config.teamsWorkflows).flatMap((one) => [one, ...signatureOf(one)]);
  const url = config.store.url.startsWith("sqlite:") ? [] : [config.store.url];
  const webhooks = Object.values(config.slackWebhooks);
  const tokens = config.server.tokens.map(({ secret }) => secret);
  const targets = Object.values(config.targets).flatMap(secretsOfTarget);
  return [
    ...registries,
    ...tokens,
    ...targets,
    ...credentials,
    ...slack,
    ...webhooks,
    ...teams,
    ...workflows,
    ...url,
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
