import { afterAll, describe, expect, it } from "vitest";
import { maya, oncall, onTeams, priya, releases, wordsOf } from "../support/on-teams.ts";
import { openStage } from "../support/stage.ts";

const image = "shop/checkout:1.4.2";
const answered = "💬 I answered you privately.";

const stage = await openStage({ world: { teams: {} } });
afterAll(() => stage.close());
const teams = onTeams(stage);
const digest = (await stage.push({ repository: "shop/checkout", tag: "1.4.2" })).digest;
await teams.card(image, ({ buttons }) => buttons.includes("deploy"));
await stage.card(image, ({ buttons }) => buttons.includes("acr:deploy"));

/** Words alone: without each platform's marks and ways to write a time, and without how the bot is called there. */
const bare = (said: string) =>
  said
    .replace(/<!date[^>]*>|\{\{DATE[^}]*\}\} \{\{TIME[^}]*\}\}/g, "then")
    .replace(/\/acr|@acr/g, "acr")
    .replace(/[*`_\\⁠]/g, "")
    .replace(/&lt;/g, "<")
    .replace(/&gt;/g, ">")
    .replace(/\s+/g, " ")
    .trim();

describe("a command typed in Teams", () => {
  it.each(["help", "help deploy", "tags shop/checkout", "deplyo", "show shop/nothing:1", "running staging"])(
    "is answered in the same words as in Slack: %s",
    async (text) => {
      const inSlack = bare(await stage.command(`/acr ${text}`));
      const own = teams.world.personalChat(maya.id);
      const heard = await teams.say({ conversation: own, user: maya.id, text });
      expect(bare(await heard.privately())).toBe(inSlack);
    },
  );

  it("in a channel, a thread or a group chat is answered in private, with one public line", async () => {
    const [card] = teams.cards();
    const threadOf = card?.id ?? "";
    const places = [
      { conversation: releases },
      { conversation: releases, threadOf },
      { conversation: oncall },
    ];
    for (const place of places) {
      const heard = await teams.say({ ...place, user: maya.id, text: `@acr show ${image}` });
      expect(await heard.privately()).toContain(digest.slice(0, 19));
      const line = await heard.here();
      expect(line).toMatchObject({ text: answered, card: null });
      const thread = place.conversation === oncall ? undefined : (place.threadOf ?? heard.id);
      expect(line.replyToId).toBe(thread);
    }
  });

  it("is not heard without a mention where others talk", async () => {
    const before = stage.log.length;
    for (const conversation of [releases, oncall]) {
      const said = await teams.world.message({ conversation, user: maya.id, text: "deploy it, somebody" });
      expect(said.delivery).toBeUndefined();
    }
    expect(stage.log.slice(before).filter((line) => line.includes('"step":"decide"'))).toEqual([]);
  });

  it("in a personal chat is answered there, to a refusal too", async () => {
    const own = teams.world.personalChat(priya.id);
    const text = `deploy ${image} to staging`;
    const heard = await teams.say({ conversation: own, user: priya.id, text });
    expect(await heard.privately()).toContain('You need the role "deployer" to deploy on staging');
    expect((await stage.audit())[0]).toMatchObject({ outcome: "refused", who: { platform: "teams" } });
    expect(await stage.bot.store.listOperations(5)).toEqual([]);
  });

  it("deploys once however often Teams sends it, and Slack's card follows", async () => {
    const text = `@acr deploy ${image} to staging`;
    const heard = await teams.say({ conversation: releases, user: maya.id, text });
    if (heard.request === undefined) throw new Error("nothing was sent");
    await teams.world.replay(heard.request);
    await stage.card(image, (card) => card.text.includes("Live on staging"));
    await teams.card(image, (card) => card.text.includes("Live on staging"));
    await teams.world.replay(heard.request);
    expect(await stage.bot.store.listOperations(5)).toHaveLength(1);
    expect(stage.tagOf("shop/checkout", "staging")).toBe(digest);
    const spoken = (await stage.audit()).filter(({ what }) => what === "deploy");
    expect(spoken.map(({ outcome, person }) => [outcome, person])).toEqual([
      ["succeeded", "Maya Lindqvist"],
      ["allowed", "Maya Lindqvist"],
      ["refused", undefined],
    ]);
  });

  it("and edited afterwards does not act, and says so once", async () => {
    const text = "approvals";
    const own = teams.world.personalChat(maya.id);
    const heard = await teams.say({ conversation: own, user: maya.id, text });
    await heard.privately();
    if (heard.request === undefined) throw new Error("nothing was sent");
    const before = (await stage.bot.store.listOperations(50)).length;
    const edited = {
      ...JSON.parse(String(heard.request.body)),
      ...{ type: "messageUpdate", text: `deploy ${image} to staging`, timestamp: "2026-12-01T10:00:00.000Z" },
    };
    const told = () => teams.world.messages(own).filter((one) => wordsOf(one).includes("on edits")).length;
    for (const eventType of ["editMessage", "editMessage", "undeleteMessage"])
      await teams.world.send({ ...edited, channelData: { ...edited.channelData, eventType } });
    await stage.until(() => told() > 0, "the words");
    const after = await teams.say({ conversation: own, user: maya.id, text: "help deploy" });
    await after.privately();
    expect(told()).toBe(1);
    expect((await stage.bot.store.listOperations(50)).length).toBe(before);
  });

  it("full of what it should not hold is answered in words", async () => {
    const own = teams.world.personalChat(priya.id);
    const text = `${"[x](https://evil.example) <at>Maya</at> \u202e".repeat(100)}`;
    const heard = await teams.say({ conversation: own, user: priya.id, text });
    const { card } = await heard.here();
    const said = JSON.stringify(card?.body);
    for (const never of ["<at>", "https://evil.example", "\u202e"]) expect(said).not.toContain(never);
    expect(teams.world.complaints()).toEqual([]);
  });
});
