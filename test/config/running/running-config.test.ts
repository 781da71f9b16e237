import { describe, expect, it } from "vitest";
import { createRunningConfig } from "../../../src/config/running/running-config.ts";
import { configOf, environment, load } from "../support.ts";

const text = `mode: notify
server: { port: 3000 }
registries:
  contoso: { loginServer: contoso.azurecr.io, webhook: { secrets: ["\${ACR_WEBHOOK_SECRET}"] } }
slack: { botToken: "\${SLACK_BOT_TOKEN}", signingSecret: "\${SLACK_SIGNING_SECRET}" }
routes:
  - { to: ["slack:C0123ABCD"] }
`;

const configFor = async (changed = text, variables = environment) => configOf(await load(changed, variables));

describe("a running configuration", () => {
  it("is swapped, and says what changed by the keys of the file", async () => {
    const running = createRunningConfig(await configFor());
    const from = running.current().revision;
    const next = await configFor(text.replace("C0123ABCD", "C0999XXXX").concat("audit: { keep: 30d }\n"));
    const swap = running.swap(next);
    expect(swap).toEqual({ from, to: next.revision, changed: ["audit", "routes"], needsRestart: [] });
    expect(running.current()).toEqual(next);
    expect(next.revision).not.toBe(from);
  });

  it("changes with a rotated secret, though its revision stays", async () => {
    const running = createRunningConfig(await configFor());
    const rotated = { ...environment, ACR_WEBHOOK_SECRET: "a-rotated-secret-of-29-letters" };
    const { from, to, changed } = running.swap(await configFor(text, rotated));
    expect({ to, changed }).toEqual({ to: from, changed: ["registries"] });
    expect(running.current().registries.contoso?.webhook.secrets).toEqual([rotated.ACR_WEBHOOK_SECRET]);
  });

  it("tells its listeners of a swap, and not of the same once more", async () => {
    const running = createRunningConfig(await configFor());
    let told = 0;
    running.onChange(() => {
      told += 1;
    });
    expect(running.swap(await configFor())).toMatchObject({ changed: [], needsRestart: [] });
    expect(told).toBe(0);
    running.swap(await configFor(text.replace("notify", "observe")));
    expect(told).toBe(1);
  });

  it("keeps every secret from before and has the new ones, so that neither stands in a log line", async () => {
    const running = createRunningConfig(await configFor());
    let atChange: readonly string[] = [];
    running.onChange(() => {
      atChange = running.secrets();
    });
    const rotated = { ...environment, ACR_WEBHOOK_SECRET: "a-rotated-secret-of-29-letters" };
    running.swap(await configFor(text, rotated));
    for (const secret of [rotated.ACR_WEBHOOK_SECRET, environment.ACR_WEBHOOK_SECRET])
      expect(atChange).toContain(secret);
  });
});

describe("what needs a restart", () => {
  const changes: readonly (readonly [string, string, string, readonly string[]])[] = [
    ["a port", "port: 3000", "port: 3001, internalPort: 9191", ["server.port", "server.internalPort"]],
    ["the store", "mode: notify", "mode: notify\nstore: { url: sqlite:./other.db }", ["store.url"]],
    [
      "the cloud",
      "mode: notify",
      "mode: notify\nazure: { graphEndpoint: https://g }",
      ["azure.graphEndpoint"],
    ],
    ["Slack's app", "signingSecret:", "history: true, signingSecret:", ["slack.history"]],
    [
      "an app that was not there",
      "mode: notify",
      "mode: notify\nteams: { appId: 00000000-0000-0000-0000-000000000001, tenantId: 00000000-0000-0000-0000-000000000002, auth: managed-identity }",
      ["teams"],
    ],
  ];

  it.each(changes)("is named and left as it is, the rest swapped: %s", async (_what, old, written, keys) => {
    const first = await configFor();
    const running = createRunningConfig(first);
    const next = await configFor(text.replace(old, written).replace("C0123ABCD", "C0999XXXX"));
    expect(running.swap(next)).toMatchObject({ changed: ["routes"], needsRestart: keys });
    const { server, store, azure, slack, teams } = running.current();
    expect({ server, store, azure, slack, teams }).toEqual({
      server: first.server,
      store: first.store,
      azure: first.azure,
      slack: first.slack,
      teams: undefined,
    });
    expect(running.current().routes).toEqual(next.routes);
    expect([first.revision, next.revision]).not.toContain(running.current().revision);
    expect(running.trouble()).toBe(`needs a restart: ${keys.join(", ")}`);
    running.swap(first);
    expect(running.trouble()).toBeUndefined();
  });

  it("is never shown by its value, such as Slack's token", async () => {
    const running = createRunningConfig(await configFor());
    const rotated = { ...environment, SLACK_BOT_TOKEN: "xoxb-2222-3333-ghijkl" };
    const swap = running.swap(await configFor(text, rotated));
    expect(swap.needsRestart).toEqual(["slack.botToken"]);
    expect(JSON.stringify([swap, running.trouble()])).not.toContain("ghijkl");
    expect(running.secrets()).toContain(rotated.SLACK_BOT_TOKEN);
  });

  it("is not new webhooks of Slack or workflows of Teams, nor tokens of the internal port", async () => {
    const running = createRunningConfig(await configFor());
    const next = await configFor(
      text
        .replace("port: 3000", "tokens: [{ name: a, secret: 0123456789abcdef0, scopes: [audit] }]")
        .replace("botToken:", `webhooks: { audit: "\${SLACK_AUDIT_WEBHOOK_URL}" }, botToken:`)
        .concat(`teams: { workflows: { audit: "\${TEAMS_AUDIT_WORKFLOW_URL}" } }\n`),
    );
    expect(running.swap(next)).toMatchObject({
      changed: ["server", "slack.webhooks", "teams.workflows"],
      needsRestart: [],
    });
  });
});

it("says that the file has problems until it has none", async () => {
  const running = createRunningConfig(await configFor());
  running.refuse(2);
  expect(running.trouble()).toMatch(/2 problems.*stays in use/);
  running.swap(running.current());
  expect(running.trouble()).toBeUndefined();
});
