import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, it } from "vitest";
import { createLog } from "../../src/log.ts";
import { maya, openStage, releases, type Stage } from "../support/stage.ts";

const path = "/webhooks/acr/contoso?region=westeurope";
const gridPath = "/webhooks/eventgrid/contoso";

/** Gives the secret in every way that there is, right and wrong, with bodies that are refused at every step. */
async function presentEverywhere(stage: Stage, secret: string): Promise<readonly string[]> {
  const basic = Buffer.from(`acr:${secret}`).toString("base64");
  const headers = [
    { "x-webhook-secret": secret },
    { authorization: `Bearer ${secret}` },
    { authorization: `Basic ${basic}` },
    { "x-acr-signature": secret },
    { "x-webhook-secret": `${secret}x` },
    { cookie: `session=${secret}` },
  ];
  const bodies = ["{", "[]", '{"action":"push"}', JSON.stringify({ secret, authorization: secret })];
  const answers: string[] = [];
  for (const header of headers)
    for (const body of bodies)
      for (const where of [path, gridPath, `${gridPath}?code=${secret}`, `${gridPath}?secret=${secret}x`]) {
        const response = await fetch(`${stage.bot.publicAddress}${where}`, {
          method: "POST",
          headers: { "content-type": "application/json", ...header },
          body,
        });
        answers.push(await response.text());
      }
  return answers;
}

async function everythingStored(stage: Stage): Promise<string> {
  const files = (await readdir(stage.world.directory)).filter((name) => name.startsWith("acr-chatops.db"));
  expect(files.length).toBeGreaterThan(0);
  const contents = await Promise.all(
    files.map((name) => readFile(join(stage.world.directory, name), "latin1")),
  );
  return contents.join("\n");
}

/** Every step once as it should go, and once as it should not. */
async function liveThroughEverything(stage: Stage): Promise<readonly string[]> {
  const { registry, slack } = stage.world;
  const used: string[] = [];
  registry.fault({ match: "* /oauth2/", status: 401, count: 2 });
  registry.fault({ match: "GET /v2/shop/told/", status: 500, count: 1 });
  slack.fault({ method: "chat.postMessage", status: 200, error: "invalid_auth", count: 1 });
  slack.fault({ method: "chat.postMessage", status: 500, count: 1 });
  slack.fault({ method: "users.info", status: 429, retryAfter: 1, count: 1 });
  await stage.push({ repository: "shop/told", tag: "1" });
  const card = await stage.card("shop/told:1", ({ buttons }) => buttons.includes("acr:deploy"));
  registry.fault({ match: "PUT /v2/shop/told/", status: 503, count: 1 });
  slack.fault({ method: "chat.update", status: 500, count: 1 });
  await stage.act(card.ts, "acr:deploy");
  await stage.card("shop/told:1", ({ text }) => text.includes("Live on staging"));
  const where = { channel: releases, ts: card.ts, actionId: "acr:deploy", user: maya };
  const clicked = await slack.click({ ...where, value: "forged", forge: true });
  slack.fault({ method: "response_url", status: 500, count: 1 });
  const unanswered = await slack.click({ ...where, value: "forged", forge: true });
  slack.fault({ method: "views.open", status: 200, error: "expired_trigger_id", count: 1 });
  const undialogued = await slack.click({ ...where, actionId: "acr:details" });
  for (const one of [clicked, unanswered, undialogued]) {
    used.push(one.triggerId);
    if (one.responseUrl !== undefined) used.push(one.responseUrl);
  }
  for (const spoiled of ["wrong", "missing", "stale", "future"] as const)
    expect((await slack.click({ ...where, value: "x", forge: true, spoiled })).status).toBe(401);
  registry.fault({ match: "* /subscriptions/", status: 403, count: 2 });
  await stage.command("/acr ping contoso chatops");
  await stage.command("/acr webhooks");
  return used;
}

it("the logger itself keeps a known secret out of any text, and named fields out whatever they hold", () => {
  const lines: string[] = [];
  const secret = 'p"w\\d-1234567890';
  const log = createLog({
    level: "trace",
    destination: { write: (line) => void lines.push(line) },
    secrets: () => [secret, ""],
  });
  log.error({ error: `SDK said: ${secret}`, list: [{ deep: { deeper: secret } }], [secret]: 1 }, secret);
  log.info({
    token: "unknown-1",
    one: { authorization: "unknown-2" },
    a: { b: { response_url: "unknown-3" } },
  });
  const text = lines.join("");
  expect(lines).toHaveLength(2);
  expect(text).not.toMatch(/1234567890|unknown-/);
  for (const line of lines) expect(() => JSON.parse(line)).not.toThrow();
});

it("no secret comes out anywhere: not in a log line, an answer, a message, the audit or the store's file", async () => {
  const stage = await openStage();
  try {
    const { secrets, registry, slack } = stage.world;
    const known = [secrets.webhook, secrets.slackToken, secrets.slackSigning, registry.identityHeader];
    const used = await liveThroughEverything(stage);
    const answers = [...(await presentEverywhere(stage, secrets.webhook))];
    for (const page of ["/healthz", "/readyz"])
      for (const address of [stage.bot.publicAddress, stage.bot.internalAddress])
        answers.push(await (await fetch(`${address}${page}`)).text());
    const said = {
      log: stage.log.join(""),
      answers: answers.join("\n"),
      slack: JSON.stringify(slack.snapshot()),
      audit: JSON.stringify(await stage.audit()),
      operations: JSON.stringify(await stage.bot.store.listOperations(100)),
      stored: await everythingStored(stage),
    };
    for (const [where, text] of Object.entries(said)) {
      expect(text.length, where).toBeGreaterThan(100);
      for (const secret of known) expect(text.includes(secret), `a secret in ${where}`).toBe(false);
      // Tokens of Entra and of the registry are JSON Web Tokens: all begin so.
      expect(/eyJ[\w-]{10,}\.[\w-]{10,}\./.test(text), `a token in ${where}`).toBe(false);
    }
    for (const one of used)
      expect(said.log.includes(one), "a trigger or response_url in the log").toBe(false);
    expect(said.log).not.toContain("/actions/");
  } finally {
    await stage.close();
  }
});
