import { describe, expect, it } from "vitest";
import { environment, linesOf, load, minimal } from "./support.ts";

const unfilled = `is a variable that nothing fills in; write \${NAME} or \${file:/path}`;
const looksLike = `looks like a placeholder; put the secret itself in its place, best as \${NAME}`;
const only = (secret: string) =>
  load(
    minimal.replace(`"\${ACR_WEBHOOK_SECRET}"`, () => JSON.stringify(secret)),
    environment,
  );

describe("a secret that stands for one is refused", () => {
  it.each([
    ["$ACR_WEBHOOK_SECRET", unfilled],
    ["$(ACR_WEBHOOK_SECRET)", unfilled],
    ["$${ACR_WEBHOOK_SECRET}", unfilled],
    ["%ACR_WEBHOOK_SECRET%", unfilled],
    ["{{ .Values.webhook.secret }}", unfilled],
    ["#{ACR_WEBHOOK_SECRET}#", unfilled],
    ["__ACR_WEBHOOK_SECRET__", unfilled],
    ["@Microsoft.KeyVault(SecretUri=https://kv.vault.azure.net/secrets/x)", unfilled],
    ["<your-secret-goes-here>", looksLike],
    ["[webhook-secret-of-acr]", looksLike],
    ["your_webhook_secret_1234", looksLike],
    ["please-change-me-please", looksLike],
    ["CHANGEME-CHANGEME-CHANGEME", looksLike],
    ["xxxxxxxxxxxxxxxxxxxxxxxx", looksLike],
  ])("%s", async (secret, problem) => {
    expect(linesOf(await only(secret))).toEqual([
      `chatops.yaml:5:26 registries.contoso.webhook.secrets[0]: ${problem}`,
    ]);
    const fromVariable = await load(minimal, {
      ...environment,
      ACR_WEBHOOK_SECRET: secret.replace("$$", "$"),
    });
    expect(linesOf(fromVariable)).toEqual([
      `chatops.yaml:5:26 registries.contoso.webhook.secrets[0]: ${problem}`,
    ]);
  });

  it.each([
    "f3b1c2d4e5a697887766554433221100",
    "Zm9vYmFyYmF6cXV4LXlvdXItbGlmZQ==",
    "kJ8$vX2(qL9)mN4%pR7{tS1}wZ6<yB3>",
    "a-webhook-secret-of-30-letters",
  ])("but not a real one: %s", async (secret) => {
    expect(linesOf(await only(secret))).toEqual([]);
  });

  it("wherever secrets stand", async () => {
    const text = `${minimal}server: { tokens: [{ name: a, secret: $API_TOKEN_OF_THE_BOT, scopes: [audit] }] }
targets:
  hook: { type: http, registry: contoso, repositories: [shop/a], url: https://hook.contoso.com, secret: "<key of the signature>", allow: {} }
`
      .replace(`"\${SLACK_BOT_TOKEN}"`, "xoxb-your-token")
      .replace(`"\${SLACK_SIGNING_SECRET}"`, "$SLACK_SIGNING_SECRET");
    expect(linesOf(await load(text))).toEqual([
      `chatops.yaml:6:20 slack.botToken: ${looksLike}`,
      `chatops.yaml:6:52 slack.signingSecret: ${unfilled}`,
      `chatops.yaml:9:39 server.tokens[0].secret: ${unfilled}`,
      `chatops.yaml:11:105 targets.hook.secret: ${looksLike}`,
    ]);
  });

  it("and an address that holds one", async () => {
    const addresses = [
      "https://hooks.slack.com/services/T00000000/B00000000/XXXXXXXXXXXXXXXXXXXXXXXX",
      "$HOOK",
    ];
    for (const address of addresses) {
      const text = minimal.replace(/slack: .*/, `slack: { webhooks: { default: "${address}" } }`);
      const lines = linesOf(await load(text.replace("slack:C0123ABCD", "slack-webhook:default")));
      expect(lines).toHaveLength(1);
      expect(lines[0]).toMatch(/6:31 slack\.webhooks\.default: (holds a placeholder|is a variable)/);
    }
  });
});

describe("a path that only a shell would understand is refused", () => {
  const right = `write the whole path, or \${HOME} at its beginning`;
  it.each([
    ["killSwitch: ~/stop", `9:13 killSwitch: begins with ~, which only a shell knows; ${right}`],
    ["killSwitch: $HOME/stop", `9:13 killSwitch: begins with a variable that nothing fills in; ${right}`],
    ["store: { url: sqlite:~/acr.db }", `9:15 store.url: begins with ~, which only a shell knows; ${right}`],
    [
      "credentials: { app: { type: certificate, tenantId: 10000000-0000-4000-8000-000000000001, clientId: 10000000-0000-4000-8000-000000000001, path: ~acr/app.pem } }",
      `9:144 credentials.app.path: begins with ~, which only a shell knows; ${right}`,
    ],
  ])("%s", async (line, problem) => {
    expect(linesOf(await load(`${minimal}${line}\n`))).toEqual([`chatops.yaml:${problem}`]);
  });
});
