import { afterAll, describe, expect, it } from "vitest";
import { maya, onTeams, releases } from "../support/on-teams.ts";
import { openStage } from "../support/stage.ts";

const stage = await openStage({ world: { teams: {} } });
afterAll(() => stage.close());
const teams = onTeams(stage);
await stage.push({ repository: "shop/first", tag: "1" });
await teams.card("shop/first:1", ({ buttons }) => buttons.includes("deploy"));

const inSlack = (repository: string) =>
  stage.card(`${repository}:1`, ({ buttons }) => buttons.includes("acr:deploy"));
const inTeams = (repository: string) =>
  teams.card(`${repository}:1`, ({ buttons }) => buttons.includes("deploy"));
const saysLive = ({ text }: { readonly text: string }) => text.includes("Live on staging");

/** Every message about an image in the channel, with or without a card. */
function messagesAbout(repository: string) {
  return teams.world
    .messages(releases)
    .filter((one) => one.replyToId === undefined && JSON.stringify(one).includes(`${repository}:1`));
}

const warned = (words: string) =>
  stage.log.filter((line) => line.includes('"level":"warn"') && line.includes(words)).length;

describe("a card in Teams", () => {
  it("waits as long as a 429 asks, then comes once", async () => {
    const before = teams.world.calls("createConversation").length;
    teams.world.fault({ method: "createConversation", status: 429, retryAfter: 7 });
    await stage.push({ repository: "shop/paced", tag: "1" });
    await inSlack("shop/paced");
    await inTeams("shop/paced");
    const [refused, posted, ...more] = teams.world.calls("createConversation").slice(before);
    expect([refused?.status, posted?.status]).toEqual([429, 201]);
    expect((posted?.at ?? 0) - (refused?.at ?? 0)).toBeGreaterThanOrEqual(7_000);
    expect(more).toEqual([]);
  });

  it("is edited at the second try when Teams says 404 once", async () => {
    await stage.push({ repository: "shop/blinked", tag: "1" });
    const card = await inTeams("shop/blinked");
    const fault = teams.world.fault({ method: "updateActivity", status: 404, count: 1 });
    await teams.act(card.id, "deploy");
    await teams.card("shop/blinked:1", saysLive);
    expect(fault.remaining()).toBe(0);
    expect(messagesAbout("shop/blinked").map(({ id }) => id)).toEqual([card.id]);
  });

  it("that somebody deleted goes on as a new one when there is something to say", async () => {
    await stage.push({ repository: "shop/tidied", tag: "1" });
    const card = await inTeams("shop/tidied");
    teams.world.deleteMessage(releases, card.id);
    const slack = await inSlack("shop/tidied");
    await stage.act(slack.ts, "acr:deploy");
    await stage.card("shop/tidied:1", saysLive);
    const gone = await stage.until(async () => {
      const { digest } = (await stage.bot.store.listOperations(1))[0] ?? {};
      const messages = await stage.bot.store.messagesOf(`contoso/shop/tidied@${digest}`);
      return messages.find(({ channel, state }) => channel.startsWith("teams:") && state === "gone");
    }, "the card gone");
    expect(gone.lastError).toContain("ActivityNotFoundInConversation");
    expect(messagesAbout("shop/tidied")).toEqual([]);
    const text = "@acr redeploy staging shop/tidied";
    await teams.say({ conversation: releases, user: maya.id, text });
    const anew = await teams.card("shop/tidied:1", saysLive);
    expect(anew.id).not.toBe(card.id);
    await stage.until(() => teams.repliesTo(anew.id).some((said) => said.includes("staging")));
  });

  it("whose answer was lost is posted at most once more, and the operator is warned", async () => {
    teams.world.fault({ method: "createConversation", status: 0, mode: "after" });
    await stage.push({ repository: "shop/lost", tag: "1" });
    await stage.until(() => messagesAbout("shop/lost").length === 2 && warned("cannot be searched") > 0);
    const [orphan, card] = messagesAbout("shop/lost");
    await teams.act(card?.id ?? "", "deploy");
    await teams.card("shop/lost:1", saysLive);
    expect(messagesAbout("shop/lost").map(({ id }) => id)).toEqual([orphan?.id, card?.id]);
    expect(warned("cannot be searched")).toBe(1);
  });

  it("that is too large for Teams is posted as text, once", async () => {
    const before = teams.world.calls("createConversation").length;
    teams.world.fault({ method: "createConversation", status: 413 });
    await stage.push({ repository: "shop/large", tag: "1" });
    await inSlack("shop/large");
    await stage.until(() => messagesAbout("shop/large").length > 0);
    const posts = teams.world.calls("createConversation").slice(before);
    expect(posts.map(({ status }) => status)).toEqual([413, 201]);
    const [refused, posted] = posts.map(({ body }) => body.activity);
    expect(refused).toMatchObject({ attachments: [{ content: { type: "AdaptiveCard" } }] });
    expect(posted).toMatchObject({
      text: expect.stringContaining("shop/large:1 · contoso"),
      attachments: [],
    });
    expect(messagesAbout("shop/large")).toHaveLength(1);
  });
});

describe("an answer of Teams that nobody knows", () => {
  it("is not tried for ever: the card is dead after twelve tries, visibly, and the next one comes", async () => {
    const before = teams.world.calls("createConversation").length;
    const fault = teams.world.fault({ method: "createConversation", status: 409, count: 100 });
    const { digest } = await stage.push({ repository: "shop/unknown", tag: "1" });
    const dead = await stage.until(async () => {
      const messages = await stage.bot.store.messagesOf(`contoso/shop/unknown@${digest}`);
      const message = messages.find(({ channel }) => channel.startsWith("teams:"));
      // Only while it waits: a leap in the middle of a call would look like one that hangs.
      if (message !== undefined && message.dueAt > stage.clock.now()) stage.clock.advance(60_000);
      return message?.state === "dead" && message;
    }, "the card dead");
    expect(dead.lastError).toContain("409");
    expect(teams.world.calls("createConversation").slice(before)).toHaveLength(12);
    expect(stage.log.some((line) => line.includes('"level":"error"') && line.includes("409"))).toBe(true);
    fault.release();
    await stage.push({ repository: "shop/known", tag: "1" });
    await inTeams("shop/known");
  });
});

describe("a platform that does not answer", () => {
  it("does not keep the other waiting, Teams", async () => {
    const hung = teams.world.fault({ method: "createConversation", status: 200, mode: "hang" });
    await stage.push({ repository: "shop/slow-teams", tag: "1" });
    const { ts } = await inSlack("shop/slow-teams");
    await stage.until(() => hung.held() === 1);
    await stage.act(ts, "acr:deploy");
    await stage.card("shop/slow-teams:1", saysLive);
    expect(messagesAbout("shop/slow-teams")).toEqual([]);
    hung.release();
    await teams.card("shop/slow-teams:1", saysLive);
    expect(messagesAbout("shop/slow-teams")).toHaveLength(1);
  });

  it("does not keep the other waiting, Slack", async () => {
    const hung = stage.world.slack.fault({ method: "chat.postMessage", status: 200, mode: "hang" });
    await stage.push({ repository: "shop/slow-slack", tag: "1" });
    const card = await inTeams("shop/slow-slack");
    await stage.until(() => hung.held() === 1);
    await teams.act(card.id, "deploy");
    await teams.card("shop/slow-slack:1", saysLive);
    hung.release();
    await stage.card("shop/slow-slack:1", saysLive);
  });
});
