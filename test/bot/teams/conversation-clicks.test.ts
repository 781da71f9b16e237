import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import type { TeamsMessage } from "../../../demo/teams/state.ts";
import {
  jonas,
  maya,
  oncall,
  priya,
  releases,
  startTeamsBot,
  type TeamsBot,
  tenantId,
} from "../../support/teams-bot.ts";
import { untilKnown } from "../../support/until-known.ts";

const waitMs = 30_000;
vi.setConfig({ testTimeout: 60_000 });

let bot: TeamsBot;
beforeAll(async () => {
  const people = [{ name: "Maya Lindqvist", slack: "U0MAYA0001", teams: maya.aadObjectId }];
  bot = await startTeamsBot({ overrides: { people } });
}, 60_000);
afterAll(() => bot?.close());

/** The card of an image as soon as it has a button with that verb. */
function cardOf(title: string, verb: string): Promise<TeamsMessage> {
  return bot.teams.waitFor(
    () =>
      bot.teams
        .messages(releases)
        .find(({ card, replyToId }) => replyToId === undefined && isCardOf(card, title, verb)),
    // Posts and edits of one conversation are paced at one in two seconds.
    waitMs,
  );
}

function isCardOf(card: unknown, title: string, verb: string): boolean {
  const json = JSON.stringify(card ?? {});
  return json.includes(title) && json.includes(`"id":"${verb}"`);
}

function stagingOf(repository: string): string | undefined {
  return bot.world.registry.snapshot().repositories[repository]?.tags.staging;
}

async function openDialog(title: string, verb: string, person = maya) {
  const { id } = await cardOf(title, verb);
  const clicked = await bot.teams.click({ conversation: releases, id, verb, user: person.id });
  if (person === maya) await untilKnown(bot.store, tenantId, person.aadObjectId);
  return { id, clicked, dialogId: clicked.dialogId ?? "" };
}

const newestAudit = async () => (await bot.store.listAudit(1))[0];

describe("a button that asks", () => {
  it("opens a dialog, whose submission deploys what the card showed and closes it", async () => {
    const { digest } = await bot.world.registry.push({ repository: "shop/checkout", tag: "1.4.2" });
    const { id, clicked, dialogId } = await openDialog("shop/checkout:1.4.2", "deploy");
    expect(clicked).toMatchObject({ outcome: "dialog", status: 200 });
    expect(clicked.body).toContain("Deploy to staging");
    const submitted = await bot.teams.submit({ dialogId, user: maya.id, values: { reason: "green" } });
    expect(submitted).toMatchObject({ outcome: "closed" });
    const shown = await bot.teams.waitFor(() =>
      bot.teams
        .messages(releases)
        .find((one) => one.id === id && JSON.stringify(one.card).includes("Live on staging")),
    );
    expect(JSON.stringify(shown.card)).toContain("green");
    expect(stagingOf("shop/checkout")).toBe(digest);
  });

  it("leaves an operation of the account on Teams, and an audit that names the person", async () => {
    const [operation] = await bot.store.listOperations(1);
    const who = { platform: "teams", tenant: tenantId, userId: maya.aadObjectId, name: maya.name };
    expect(operation?.requestedBy).toEqual(who);
    const entries = (await bot.store.listAudit(10)).filter(({ what }) => what === "deploy");
    expect(entries.map(({ outcome }) => outcome)).toEqual(["succeeded", "allowed"]);
    for (const entry of entries) expect(entry).toMatchObject({ person: "Maya Lindqvist", who });
  });

  it("shows the dialog again with what is wrong on top, and keeps what was entered", async () => {
    bot.world.registry.setQuarantinePolicy(true);
    await bot.world.registry.push({ repository: "shop/held", tag: "1" });
    bot.world.registry.setQuarantinePolicy(false);
    const { dialogId } = await openDialog("shop/held:1", "release");
    const submitted = await bot.teams.submit({ dialogId, user: maya.id, values: { reason: "x " } });
    expect(submitted).toMatchObject({ outcome: "replaced" });
    const dialog = bot.teams.dialogs().find(({ id }) => id === dialogId);
    expect(JSON.stringify(dialog?.card)).toMatch(/Say why, in a few words.*"value":"x "/);
    const again = await bot.teams.submit({ dialogId, user: maya.id, values: { reason: "scanned" } });
    expect(again).toMatchObject({ outcome: "closed" });
    await bot.teams.waitFor(() =>
      bot.teams.messages(releases).find(({ card }) => isCardOf(card, "shop/held:1", "deploy")),
    );
  });

  it("is one operation, however often it is submitted and repeated", async () => {
    await bot.world.registry.push({ repository: "shop/twice", tag: "1" });
    const { id } = await cardOf("shop/twice:1", "deploy");
    const [one, other] = await bot.teams.clickTwice({
      conversation: releases,
      id,
      verb: "deploy",
      user: maya.id,
    });
    const submit = (dialogId = "") => bot.teams.submit({ dialogId, user: maya.id, values: {} });
    const submitted = await Promise.all([submit(one.dialogId), submit(other.dialogId)]);
    expect(submitted.map(({ outcome }) => outcome)).toEqual(["closed", "closed"]);
    const { delivery } = submitted[0];
    if (delivery === undefined) throw new Error("nothing was sent");
    expect(await bot.teams.replay(delivery.request)).toMatchObject({ status: 200, body: "" });
    const operations = (await bot.store.listOperations(20)).filter(
      ({ repository }) => repository === "shop/twice",
    );
    expect(operations).toHaveLength(1);
  });
});

describe("somebody without a role", () => {
  it("is refused with what is missing, and nothing changes", async () => {
    await bot.world.registry.push({ repository: "shop/closed", tag: "1" });
    const { clicked } = await openDialog("shop/closed:1", "deploy", priya);
    // Words with a button, which only a dialog can have on Teams.
    expect(clicked).toMatchObject({ outcome: "dialog" });
    expect(clicked.body).toContain('You need the role \\"deployer\\"');
    expect(clicked.body).toContain("Suggest to deployer");
    expect(await newestAudit()).toMatchObject({
      outcome: "refused",
      what: "deploy",
      who: { userId: priya.aadObjectId },
    });
    expect(stagingOf("shop/closed")).toBeUndefined();
  });

  it("is refused at the submission of a dialog that somebody else opened", async () => {
    const { clicked, id } = await openDialog("shop/closed:1", "deploy");
    const reference = /"reference":"([\w-]+)"/.exec(clicked.body)?.[1] ?? "";
    const invoke = { data: { reference, reason: "mine" }, context: { theme: "default" } };
    // She was never looked up: it is recorded, and she hears what became of it in her own chat.
    const recorded = await bot.teams.send(taskSubmit(id, jonas, invoke));
    expect(recorded.body).toContain("Recorded; the outcome will show on the card.");
    const told = await bot.teams.waitFor(() => bot.teams.messages(bot.teams.personalChat(jonas.id))[0]);
    expect(JSON.stringify(told.card)).toContain("You need the role");
    // Now she is known, and is told at once.
    const again = await bot.teams.send(taskSubmit(id, jonas, invoke));
    expect(again.json).toMatchObject({ task: { type: "continue" } });
    expect(again.body).toContain("You need the role");
    expect(again.body).toContain("Suggest to deployer");
    expect(stagingOf("shop/closed")).toBeUndefined();
  });
});

function taskSubmit(replyToId: string, person: typeof maya, value: object) {
  const conversation = { conversationType: "channel", tenantId, id: `${releases};messageid=${replyToId}` };
  return {
    type: "invoke",
    name: "task/submit",
    id: `f:${crypto.randomUUID()}`,
    channelId: "msteams",
    serviceUrl: bot.teams.serviceUrl(),
    from: person,
    recipient: { id: bot.teams.bot.id },
    conversation,
    channelData: { tenant: { id: tenantId }, channel: { id: releases } },
    replyToId,
    value,
  };
}

describe("Details", () => {
  it("stand in the place of the card for the one who pressed, with a way back", async () => {
    await bot.world.registry.push({ repository: "shop/detailed", tag: "1" });
    // Confirmed by the registry: from then on it stays as it is.
    const { id, card } = await cardOf("shop/detailed:1", "deploy");
    const at = { conversation: releases, id, user: priya.id };
    const details = await bot.teams.click({ ...at, verb: "details" });
    expect(details).toMatchObject({ outcome: "card" });
    expect(details.body).toContain("Media type");
    const back = await bot.teams.click({ ...at, verb: "card" });
    expect(back).toMatchObject({ outcome: "card" });
    expect(back.json).toMatchObject({ value: card });
    expect(bot.teams.messages(releases).find((one) => one.id === id)?.card).toEqual(card);
  });
});

describe("a button that means nothing", () => {
  it("of an unknown verb is an error that says so", async () => {
    const { id } = await cardOf("shop/detailed:1", "details");
    const forged = { forge: "Action.Execute", verb: "drop-everything", data: { reference: "r" } } as const;
    const clicked = await bot.teams.click({ conversation: releases, id, user: maya.id, ...forged });
    expect(clicked).toMatchObject({
      outcome: "error",
      text: "I do not know this button. Nothing was changed.",
    });
  });

  it("of an unknown reference is answered with what is true today, and audited", async () => {
    const { id } = await cardOf("shop/detailed:1", "details");
    const forged = { forge: "task/fetch", verb: "x", data: { reference: "made-up" } } as const;
    const clicked = await bot.teams.click({ conversation: releases, id, user: maya.id, ...forged });
    expect(clicked).toMatchObject({ outcome: "message" });
    expect(clicked.text).toContain("out of date");
    expect(clicked.text).toContain("shop/detailed:1");
    expect(await newestAudit()).toMatchObject({ rule: "button out of date", person: "Maya Lindqvist" });
  });

  it("of another place is out of date there", async () => {
    const { id } = await cardOf("shop/detailed:1", "deploy");
    const opened = await bot.teams.click({ conversation: releases, id, verb: "deploy", user: maya.id });
    const reference = /"reference":"([\w-]+)"/.exec(opened.body)?.[1] ?? "";
    const elsewhere = { ...taskSubmit(id, maya, { data: { reference } }), name: "task/fetch" };
    const conversation = { conversationType: "groupChat", tenantId, id: oncall };
    const clicked = await bot.teams.send({ ...elsewhere, conversation });
    expect(clicked.body).toContain("out of date");
  });

  it("without anything that we know is not understood", async () => {
    const { id } = await cardOf("shop/detailed:1", "details");
    for (const value of [null, "text", {}, { data: null }, { data: { reference: 7 } }, { data: [] }]) {
      const answer = await bot.teams.send({ ...taskSubmit(id, maya, {}), value });
      expect(answer.json).toMatchObject({ task: { type: "message" } });
    }
    const action = { ...taskSubmit(id, maya, { action: 7 }), name: "adaptiveCard/action" };
    expect((await bot.teams.send(action)).json).toMatchObject({ statusCode: 400 });
    expect(await bot.teams.send({ ...action, name: "composeExtension/query" })).toMatchObject({
      status: 501,
    });
  });
});

describe("in observe mode", () => {
  it("a submission says what it would have done", async () => {
    const observer = await startTeamsBot({ overrides: { mode: "observe" } });
    try {
      await observer.world.registry.push({ repository: "shop/observed", tag: "1" });
      const { id } = await observer.teams.waitFor(() =>
        observer.teams.messages(releases).find(({ card }) => isCardOf(card, "shop/observed:1", "deploy")),
      );
      const at = { conversation: releases, id, verb: "deploy", user: maya.id };
      const { dialogId = "" } = await observer.teams.click(at);
      // Whoever opens a dialog is looked up meanwhile; only then is the submission decided at once.
      const who = { platform: "teams", tenant: tenantId, userId: maya.aadObjectId } as const;
      await vi.waitUntil(() => observer.store.findPrincipal(who));
      const submitted = await observer.teams.submit({ dialogId, user: maya.id, values: {} });
      expect(submitted).toMatchObject({ outcome: "message" });
      expect(submitted.text).toContain("I only observe here");
      expect(await observer.store.listOperations(1)).toEqual([]);
    } finally {
      await observer.close();
    }
  });
});
