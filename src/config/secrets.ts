import type { Config } from "./config.ts";

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
  return [...registries, ...credentials, ...slack, ...webhooks, ...teams, ...workflows, ...url];
}

/** The signature in a workflow's address, as written and decoded: whoever has it and the flow's id may post. */
function signatureOf(address: string): readonly string[] {
  const written = /[?&]sig=([^&]+)/.exec(address)?.[1];
  const decoded = URL.parse(address)?.searchParams.get("sig");
  return [...new Set([written ?? "", decoded ?? ""])].filter((one) => one.length >= minSignatureLength);
}

// Shorter texts than a signature (43 characters) might stand in any line by chance.
const minSignatureLength = 16;
