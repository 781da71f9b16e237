import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { formatProblems } from "../../src/config/check-command.ts";
import { configFromEnvironment } from "../../src/config/from-environment.ts";
import { linesOf, load } from "./support.ts";

// Long enough that no ordinary message holds it by chance; of all that may stand in an environment variable.
const secret = fc
  .oneof(
    fc.string({ minLength: 8, maxLength: 40, unit: "grapheme-ascii" }),
    fc.string({ minLength: 8, maxLength: 40, unit: "grapheme" }),
    fc.stringMatching(/^xox[bp]-[0-9a-f]{8,20}$/),
    fc.stringMatching(/^https?:\/\/[a-z]{8,12}\.webhook\.office\.com\/[a-z0-9]{8}$/),
    fc.stringMatching(/^postgres:\/\/[a-z]{8}:[a-z]{8}@[a-z]{4}\/d$/),
    fc.stringMatching(/^[0-9]{8,20}$/),
  )
  .filter((text) => text.trim().length >= 8 && !/[\r\n\0]/.test(text) && !"must be a text".includes(text));

const places = [
  "credentials: { c: { type: secret, clientId: bad, tenantId: bad, secret: S, x: 1 } }",
  "registries: { r: { loginServer: r.azurecr.io, webhook: { secrets: [S, S] }, eventGrid: { secrets: [S] } } }",
  "registries: { r: { loginServer: r.azurecr.io, webhook: { secrets: S }, eventGrid: { secrets: S } } }",
  "registries: { r: { loginServer: r.azurecr.io, webhook: S, eventGrid: S } }",
  "slack: { botToken: S }",
  "slack: { botToken: S, signingSecret: S, webhooks: { a: S } }",
  "slack: { webhooks: S }",
  "store: { url: S }",
  "slack: S",
  "teams: S",
  "teams: { workflows: S }",
  "teams: { appId: bad, tenantId: bad, auth: secret, secret: S, workflows: { a: S } }",
  "teams: { appId: bad, auth: certificate, secret: S }",
  "server: { tokens: [{ name: a, secret: S, scopes: [x] }, { name: a, secret: S, scopes: S }] }",
  "server: { tokens: [S] }",
  "targets: { t: { type: http, url: S, secret: S } }",
  "targets: { t: { type: github, repository: x, token: S, app: { id: x, privateKey: S }, inputs: { a: S } } }",
  "targets: { t: { type: github, token: S, app: S, inputs: S } }",
  "targets: { t: { type: azure-pipelines, parameters: { a: S, b: [S] } } }",
  "targets: { t: { type: template, parameters: { a: S, b: [S] }, cluster: S } }",
] as const;

/** No line holds the secret, nor any eight letters of it in a row. */
function hides(lines: readonly string[], text: string): void {
  const output = lines.join("\n");
  expect(output).not.toContain(text);
  const known =
    "must be fewer than characters; sqlite:./data/acr-chatops.db https:// xoxb- webhook.office.com registries.r.webhook.secrets slack.webhooks slack-webhook:".toLowerCase();
  for (let start = 0; start + 8 <= text.length; start++) {
    const piece = text.slice(start, start + 8);
    if (known.includes(piece.toLowerCase())) continue;
    expect(output).not.toContain(piece);
  }
}

describe("a secret's text is never in a problem", () => {
  it("whatever it is and wherever a secret may stand, from the environment or from a file", async () => {
    await fc.assert(
      fc.asyncProperty(secret, fc.constantFrom(...places), fc.boolean(), async (text, place, mounted) => {
        const reference = mounted ? `"\${file:/run/s}"` : `"\${S}"`;
        const yaml = `${place.replaceAll(/\bS\b/g, () => reference)}\nroutes: [{ to: [nowhere] }]\n`;
        const result = await load(yaml, mounted ? {} : { S: text }, { "/run/s": text });
        expect(result.ok).toBe(false);
        hides(linesOf(result), text);
      }),
      { numRuns: 400 },
    );
  });

  it("even when it was written into the file itself", async () => {
    await fc.assert(
      fc.asyncProperty(secret, fc.constantFrom(...places), fc.boolean(), async (text, place, quotes) => {
        const written = quotes ? JSON.stringify(text) : text;
        const result = await load(`${place.replaceAll(/\bS\b/g, () => written)}\nroutes: 1\n`, {});
        expect(result.ok).toBe(false);
        // Unquoted, parts of a text may become keys of their own: what looks like a plain name is then quoted.
        if (quotes) hides(linesOf(result), text);
        else expect(linesOf(result).join("\n")).not.toContain(text);
      }),
      { numRuns: 400 },
    );
  });

  it("when it comes from the variables of notify mode", () => {
    const names = [
      "ACR_WEBHOOK_SECRET",
      "SLACK_BOT_TOKEN",
      "SLACK_SIGNING_SECRET",
      "SLACK_WEBHOOK_URL",
      "SLACK_CHANNEL",
      "TEAMS_WORKFLOW_URL",
      "ACR_LOGIN_SERVER",
      "ACR_CHATOPS_STORE_URL",
      "PORT",
      "HOST",
    ];
    fc.assert(
      fc.property(secret, fc.subarray(names, { minLength: 1 }), (text, set) => {
        const result = configFromEnvironment(Object.fromEntries(set.map((name) => [name, text])));
        expect(result.ok).toBe(false);
        hides(result.ok ? [] : formatProblems(result.problems), text);
      }),
      { numRuns: 400 },
    );
  });
});
