import { type LoadResult, loadConfig } from "../../src/config/load.ts";
import type { Environment } from "../../src/config/read/environment.ts";
import { formatProblem, type Problem } from "../../src/config/read/problem.ts";

export const environment: Environment = {
  ACR_WEBHOOK_SECRET: "a-webhook-secret-of-30-letters",
  EG_SECRET: "an-event-grid-secret-of-32-chars",
  SLACK_BOT_TOKEN: "xoxb-1111-2222-abcdef",
  SLACK_SIGNING_SECRET: "0123456789abcdef0123456789abcdef",
  SLACK_AUDIT_WEBHOOK_URL: "https://hooks.slack.com/services/T0/B0/abcdef",
  TEAMS_AUDIT_WORKFLOW_URL:
    "https://prod-12.westeurope.logic.azure.com:443/workflows/0a1b/triggers/manual/paths/invoke?api-version=2016-06-01&sp=%2Ftriggers%2Fmanual%2Frun&sv=1.0&sig=abcdefghijklmnop%2Bqrstuvwxyz0123456789_-ABCDE",
};

/** Loads a configuration that exists only as a text, with files that exist only as texts. */
export function load(
  text: string,
  variables: Environment = environment,
  files: Readonly<Record<string, string>> = {},
): Promise<LoadResult> {
  return loadConfig("chatops.yaml", variables, async (path) => {
    const found = path === "chatops.yaml" ? text : files[path];
    if (found === undefined) throw Object.assign(new Error("no such file"), { code: "ENOENT" });
    return found;
  });
}

export function linesOf(result: LoadResult): readonly string[] {
  const problems: readonly Problem[] = result.ok ? result.warnings : result.problems;
  return problems.map(formatProblem);
}

/** The configuration, or a failed test that shows the problems. */
export function configOf(result: LoadResult) {
  if (!result.ok) throw new Error(linesOf(result).join("\n"));
  return result.config;
}

/** A small configuration that is right, for tests that add one thing to it. */
export const minimal = `mode: notify
registries:
  contoso:
    loginServer: contoso.azurecr.io
    webhook: { secrets: ["\${ACR_WEBHOOK_SECRET}"] }
slack: { botToken: "\${SLACK_BOT_TOKEN}", signingSecret: "\${SLACK_SIGNING_SECRET}" }
routes:
  - { to: ["slack:C0123ABCD"] }
`;
