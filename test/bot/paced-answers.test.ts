import { afterEach, describe, expect, it } from "vitest";
import { cardsIn } from "../support/bot.ts";
import { maya, openStage, releases, type Stage, textOf } from "../support/stage.ts";

let stage: Stage;

afterEach(() => stage.close());

const refused = () => stage.world.slack.calls().filter(({ status }) => status === 429);
const privately = (words: string) =>
  stage.world.slack.ephemerals().find((one) => textOf(one).includes(words));

describe("what people are told in Slack", () => {
  // The first one: an identity of Azure stays with the world that it was first used in.
  it("comes after a 429 when it is the late answer to a slash command", async () => {
    stage = await openStage();
    const { slack } = stage.world;
    await stage.push({ repository: "shop/api", tag: "1" });
    await stage.card("shop/api:1");
    stage.world.registry.fault({ match: "* /subscriptions/", delayMs: 2_000, count: 1 });
    slack.fault({ method: "response_url", status: 429, count: 1 });
    const typed = slack.command({ channel: releases, user: maya, text: "/acr webhooks" });
    await stage.until(() => privately("Working on it"), "the acknowledgement");
    await typed;
    await stage.until(() => privately("chatops"), "the answer");
    expect(slack.calls("response_url").map(({ status }) => status)).toEqual([429, 200]);
  });

  it("comes after Retry-After when Slack puts it off (429), and is not lost", async () => {
    stage = await openStage();
    const { slack } = stage.world;
    slack.fault({ method: "chat.postEphemeral", status: 429, retryAfter: 7, count: 1 });
    await slack.mention({ channel: releases, user: maya, text: "help" });
    await stage.until(() => privately("deploy"), "the answer");
    const [first, second, ...more] = slack.calls("chat.postEphemeral");
    expect((second?.at ?? 0) - (first?.at ?? 0)).toBeGreaterThanOrEqual(7_000);
    expect(more).toEqual([]);
  });

  it("meets no 429, however many ask at once", async () => {
    stage = await openStage({ world: { slack: { rates: true } } });
    const { slack } = stage.world;
    const asked = Array.from({ length: 12 }, () => slack.directMessage({ user: maya, text: "help" }));
    await Promise.all(asked);
    const answered = await stage.until(() => {
      const answers = slack.calls("chat.postMessage").filter(({ status }) => status === 200);
      return answers.length === asked.length && answers;
    });
    expect(answered.map(({ body }) => body.channel)).toEqual(asked.map(() => answered[0]?.body.channel));
    expect(refused()).toEqual([]);
  });

  it("goes before the cards that wait for their turn in that channel", async () => {
    stage = await openStage({ world: { slack: { rates: true } } });
    const names = Array.from({ length: 12 }, (_none, index) => `shop/queue-${index}`);
    for (const repository of names) stage.world.registry.push({ repository, tag: "1" });
    await stage.world.registry.settled();
    await stage.until(() => cardsIn(stage.world).length >= 2, "the first cards");
    // Locking is told in the channel itself, by the method that cards are posted by.
    await stage.world.slack.mention({ channel: releases, user: maya, text: "lock staging database move" });
    const locked = await stage.until(() =>
      stage.world.slack.messages(releases).find(({ text }) => text.includes("ocked")),
    );
    expect(cardsIn(stage.world).filter(({ ts }) => ts < locked.ts).length).toBeLessThan(names.length - 4);
    await stage.until(
      () => cardsIn(stage.world).filter(({ text }) => text.startsWith("shop/")).length === 12,
    );
    expect(refused()).toEqual([]);
  });

  it("is said when a dialog cannot be opened: a press never ends in silence", async () => {
    stage = await openStage();
    await stage.push({ repository: "shop/api", tag: "1" });
    const card = await stage.card("shop/api:1", ({ buttons }) => buttons.includes("acr:deploy"));
    stage.world.slack.fault({ method: "views.open", status: 429, retryAfter: 30, count: 1 });
    const pressed = await stage.press(card.ts, "acr:deploy");
    expect(pressed).toMatchObject({ kind: "private", said: expect.stringContaining("Press it again") });
    expect(stage.world.slack.calls("views.open")).toHaveLength(1);
  });
});
