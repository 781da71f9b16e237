import { afterAll, describe, expect, it } from "vitest";
import { gwen, maya, openStage, textOf, tomas } from "../support/stage.ts";

const stage = await openStage();
afterAll(() => stage.close());
const { digest } = await stage.push({ repository: "shop/api", tag: "1.0" });
await stage.card("shop/api:1.0", ({ buttons }) => buttons.includes("acr:deploy"));

const usages = {
  deploy: "deploy <image> to <target> [because <reason>]",
  promote: "promote <image> [because <reason>]",
  redeploy: "redeploy <target> [repository] [because <reason>]",
  rollback: "rollback <target> [repository[:version]] [because <reason>]",
  lock: "lock <target> <reason> [for 2h | until 18:00]",
  unlock: "unlock <target>",
  freeze: "freeze all <reason> [for 2h | until 18:00]",
  release: "release <image> <reason>",
  reject: "reject <image> <reason>",
  show: "show <image>",
  tags: "tags <repository>",
  why: "why <image>",
};

describe("/acr", () => {
  it("help names every command and what I may do", async () => {
    const said = await stage.command("/acr help");
    for (const usage of Object.values(usages)) expect(said).toContain(usage.split(" ")[0]);
    expect(said).toContain("deployer");
    expect(said).toMatch(/\*staging\*: you may deploy, roll back, lock it/);
    const his = await stage.command("/acr", tomas);
    expect(his).toContain("Your roles: none");
    expect(his).not.toContain(": you may");
    // What only others do is not named to him.
    for (const theirs of ["lock &lt;target", "freeze all", "audit [image"]) {
      expect(his).not.toContain(theirs);
    }
  });

  it.each(Object.entries(usages))("%s without what it needs says how it is written", async (name, usage) => {
    const said = await stage.command(`/acr ${name}`);
    expect(said).toContain(usage.replaceAll("<", "&lt;").replaceAll(">", "&gt;"));
  });

  it.each([
    "/acr deploy shop/api:1.0 staging",
    "/acr deploy shop/api:1.0 to",
    "/acr lock staging",
    "/acr lock staging too much traffic for 99d",
    "/acr freeze staging",
    "/acr show one two",
    "/acr ping nowhere atall more",
  ])("%s gets a usage line", async (typed) => {
    expect(await stage.command(typed)).toContain("Usage:");
  });

  it("an unknown word gets the nearest command that only reads", async () => {
    expect(await stage.command("/acr shwo shop/api:1.0")).toMatch(/Did you mean[\s\S]*show/);
    for (const typed of ["logs", "frobnicate", "deplyo shop/api:1.0 to staging", "lokc staging x"])
      expect(await stage.command(`/acr ${typed}`)).not.toContain("Did you mean");
  });

  it("tags, show and why tell what is known", async () => {
    expect(await stage.command("/acr tags shop/api")).toContain("`1.0`");
    const shown = await stage.command("/acr show shop/api:1.0");
    expect(shown).toContain(digest);
    expect(shown).toContain("Confirmed by the registry: yes");
    const why = await stage.command("/acr why shop/api:1.0");
    expect(why).toMatch(/receive: push of tag 1\.0 from westeurope by webhook/);
    expect(why).toMatch(/route: releases: goes to slack:C0RELEASES/);
    expect(why).toContain("verify: the registry confirmed");
    expect(why).toContain("deliver: its card here is shown");
  });

  it("why keeps other channels to those who are in them", async () => {
    const why = await stage.command("/acr why shop/api:1.0", maya, "C0PLATFORM");
    expect(why).not.toContain("C0RELEASES");
    expect(why).toContain("it has no card in this channel");
  });

  it("an image that no event told of is found in the registry", async () => {
    stage.world.registry.setWebhook({
      name: "chatops",
      serviceUri: "http://127.0.0.1:9/",
      status: "disabled",
    });
    const older = stage.world.registry.push({ repository: "shop/older", tag: "0.1" });
    stage.world.connectBot(stage.bot.publicAddress);
    expect(await stage.command("/acr show shop/older:0.1")).toContain(older.digest);
    expect(await stage.command("/acr deploy shop/older:0.1 to staging")).toContain("asked");
    await stage.until(() => stage.tagOf("shop/older", "staging") === older.digest);
  });

  it("what does not exist is said so, and nothing is changed", async () => {
    const missing = `shop/api@sha256:${"1".repeat(64)}`;
    expect(await stage.command("/acr show shop/nothing:1")).toContain("I know no image");
    expect(await stage.command(`/acr deploy ${missing} to staging`)).toContain("I know no image");
    expect(await stage.command("/acr deploy shop/api:1.0 to moon")).toContain('a target "moon"');
    expect(await stage.command("/acr rollback staging shop/api")).toContain("Nothing was changed");
    expect(await stage.command("/acr release shop/api:1.0 because I say so")).toContain("not quarantined");
  });

  it("deploy, redeploy and roll back do what their buttons do", async () => {
    expect(await stage.command("/acr deploy shop/api:1.0 to staging")).toContain("asked");
    await stage.until(() => stage.tagOf("shop/api", "staging") === digest);
    await stage.card("shop/api:1.0", ({ text }) => text.includes("Live on staging"));
    const next = await stage.push({ repository: "shop/api", tag: "1.1" });
    await stage.card("shop/api:1.1", ({ buttons }) => buttons.includes("acr:deploy"));
    await stage.command(`/acr deploy shop/api@${next.digest.slice(0, 19)} to staging`);
    await stage.card("shop/api:1.1", ({ text }) => text.includes("Live on staging"));
    await stage.command("/acr redeploy staging shop/api");
    await stage.until(
      async () =>
        (await stage.audit())[0]?.what === "redeploy" && (await stage.audit())[0]?.outcome === "succeeded",
    );
    await stage.command("/acr rollback staging contoso.azurecr.io/shop/api");
    await stage.until(() => stage.tagOf("shop/api", "staging") === digest);
    await stage.card("shop/api:1.0", ({ text }) => text.includes("Live on staging"));
  });

  it("release and reject take a reason", async () => {
    stage.world.registry.setQuarantinePolicy(true);
    const held = await stage.push({ repository: "shop/held", tag: "1" });
    const bad = await stage.push({ repository: "shop/held", tag: "2" });
    await stage.card("shop/held:2", ({ buttons }) => buttons.includes("acr:reject"));
    await stage.card("shop/held:1", ({ buttons }) => buttons.includes("acr:reject"));
    expect(await stage.command("/acr release shop/held:1 scanned by hand", tomas)).toContain('the role "');
    await stage.command("/acr release shop/held:1 scanned by hand");
    await stage.command("/acr reject shop/held:2 CVE-2027-1");
    const stateOf = (one: string) =>
      stage.world.registry.snapshot().repositories["shop/held"]?.manifests[one]?.quarantineState;
    await stage.until(() => stateOf(held.digest) === "Passed" && stateOf(bad.digest) === "Failed");
    stage.world.registry.setQuarantinePolicy(false);
  });
});

describe("hostile text", () => {
  it.each([
    ["<!channel> <!here> <@U0TOMAS001>"],
    ["show <!channel>"],
    ["deploy <https://evil.example|shop/api:1.0> to <!everyone>"],
    [`show ${"a".repeat(7_900)}`],
    ["show ../../etc/passwd"],
    ["show shop/api:1.0;rm"],
    ["show \u202eipa/pohs"],
    ["tags '; drop table artifacts; --"],
    ["deploy shop/api:1.0 to constructor"],
    ["rollback __proto__ shop/api"],
    ["release constructor/shop:1 because"],
    ["why `code` *bold* ~x~"],
    ["\u0000\u0007"],
  ])("%j is answered, and mentions nobody", async (typed) => {
    const said = await stage.command(`/acr ${typed}`);
    expect(said).not.toBe("");
    expect(said).not.toMatch(/<!channel>|<!here>|<!everyone>|<@U0TOMAS001>|<https:\/\/evil/);
    expect(said).not.toContain("Something unexpected");
  });

  it("what clients do to text is undone: links, smart quotes, odd spaces", async () => {
    const link = "<http://contoso.azurecr.io/shop/api:1.0|contoso.azurecr.io/shop/api:1.0>";
    expect(await stage.command(`/acr show\u00a0${link}`)).toContain(digest);
    expect(await stage.command("/acr  SHOW   shop/api:1.0 ")).toContain(digest);
  });
});

describe("@acr", () => {
  it("in a thread answers there, privately", async () => {
    const card = await stage.card("shop/api:1.0");
    const { attempts } = await stage.world.slack.mention({
      channel: "C0RELEASES",
      user: maya,
      text: "show shop/api:1.0",
      thread_ts: card.ts,
    });
    expect(attempts).toHaveLength(1);
    const answer = await stage.until(() =>
      stage.world.slack.ephemerals().find((one) => one.thread_ts === card.ts),
    );
    expect(textOf(answer)).toContain(digest);
  });

  it("is understood in a direct message without a mention", async () => {
    await stage.world.slack.directMessage({ user: maya, text: "show shop/api:1.0" });
    const answer = await stage.until(() =>
      Object.entries(stage.world.slack.snapshot().channels)
        .filter(([id]) => id.startsWith("D"))
        .flatMap(([, messages]) => messages)
        .find((message) => textOf(message).includes(digest)),
    );
    expect(answer.user).toBe(stage.world.slack.bot.userId);
  });

  it("delivered twice by Slack is one operation", async () => {
    const before = (await stage.bot.store.listOperations(200)).length;
    const payload = {
      user: maya,
      text: `<@${stage.world.slack.bot.userId}> deploy shop/api:1.1 to staging`,
      ts: "1795300000.000100",
      channel: "C0RELEASES",
      team: stage.world.slack.team.id,
    };
    const eventId = "Ev0123456789";
    for (let time = 0; time < 3; time += 1)
      await stage.world.slack.event("app_mention", payload, { eventId });
    await stage.until(async () => (await stage.audit())[0]?.outcome === "succeeded");
    expect((await stage.bot.store.listOperations(200)).length - before).toBe(1);
  });

  it("and a slash command that Slack sends twice is one operation too", async () => {
    const before = (await stage.bot.store.listOperations(200)).length;
    const text = "/acr redeploy staging shop/api";
    const first = await stage.world.slack.command({ channel: "C0RELEASES", user: maya, text });
    const second = await stage.world.slack.replay(first.request);
    expect([first.status, second.status]).toEqual([200, 200]);
    await stage.until(async () => (await stage.audit())[0]?.outcome === "succeeded");
    const third = await stage.world.slack.replay(first.request);
    expect(third.status).toBe(200);
    expect((await stage.bot.store.listOperations(200)).length - before).toBe(1);
  });

  it("says no to guests", async () => {
    await stage.world.slack.mention({
      channel: "C0RELEASES",
      user: gwen,
      text: "deploy shop/api:1.0 to staging",
    });
    const answer = await stage.until(() =>
      stage.world.slack.ephemerals().findLast((one) => one.user === gwen),
    );
    expect(textOf(answer)).toContain("Only members of Contoso can use this bot");
  });

  it("does not answer itself or another bot", async () => {
    const before = stage.world.slack.calls().length;
    const { bot } = stage.world.slack;
    const channel = "D0000000001";
    await stage.world.slack.event("message", {
      user: bot.userId,
      bot_id: bot.botId,
      text: "help",
      ts: "1795300000.000200",
      channel,
      channel_type: "im",
    });
    const answers = stage.world.slack
      .calls()
      .slice(before)
      .filter(({ method, body }) => method.startsWith("chat.post") && body.channel === channel);
    expect(answers).toEqual([]);
  });
});

describe("ping and webhooks", () => {
  it("ping sees its event arrive", async () => {
    expect(await stage.command("/acr ping")).toMatch(
      /Ping `[0-9a-f-]{36}` sent through `chatops`, received after/,
    );
    expect(await stage.command("/acr ping contoso chatops")).toContain("received after");
  });

  it("ping says where it got lost when the webhook points nowhere", async () => {
    stage.world.registry.setWebhook({ name: "chatops", serviceUri: "http://127.0.0.1:9/" });
    const said = await stage.command("/acr ping");
    expect(said).toMatch(/not received within 10 s/);
    stage.world.connectBot(stage.bot.publicAddress);
  });

  it("webhooks lists them, and warns of a scope that means one tag only", async () => {
    const serviceUri = `${stage.bot.publicAddress}/webhooks/acr/contoso`;
    stage.world.registry.setWebhook({ name: "narrow", serviceUri, scope: "shop/api" });
    const said = await stage.command("/acr webhooks");
    expect(said).toContain("chatops");
    expect(said).toContain("shop/api:latest");
    expect(said).not.toContain(serviceUri);
  });

  it("ARM's 403 is told with what to do", async () => {
    stage.world.registry.fault({ match: "* /subscriptions/", status: 403, count: 5 });
    expect(await stage.command("/acr ping contoso chatops")).toMatch(/403|may not|forbidden/i);
    expect(await stage.command("/acr webhooks")).toMatch(/403|may not|forbidden/i);
    stage.world.registry.clearFaults();
  });
});
