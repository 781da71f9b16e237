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
  const url = config.store.url.startsWith("sqlite:") ? [] : [config.store.url];
  return [...registries, ...credentials, ...slack, ...Object.values(config.slackWebhooks), ...url];
}
