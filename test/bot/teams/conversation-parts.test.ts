import { describe, expect, it } from "vitest";

import { createBackground } from "../../../src/bot/background.ts";
import { Activity, channelOf, requestIdOf, teamsPrincipal } from "../../../src/bot/teams/talk/activity.ts";
import { createHandleActivity, teamsBudgetMs } from "../../../src/bot/teams/talk/handle-activity.ts";
import { plainMessage } from "../../../src/bot/teams/talk/invoke-answers.ts";
import { undoTeams } from "../../../src/bot/teams/talk/undo-teams.ts";

import { createLog } from "../../../src/log.ts";
import { notice } from "../../../src/nouns/card.ts";

const home = "72f988bf-0000-4000-8000-2d7cd011db47";
const raw = {
  type: "invoke",
  name: "task/submit",
  id: "f:1",
  channelId: "msteams",
  serviceUrl: "https://smba.trafficmanager.net/emea/",
  from: { id: "29:maya", name: "Maya", aadObjectId: "A11CE000-0000-4000-8000-0000000000A1" },
  recipient: { id: "28:bot" },
  conversation: { id: "19:x@thread.tacv2;messageid=17", tenantId: home, conversationType: "channel" },
  channelData: { tenant: { id: home.toUpperCase() } },
};
const activityOf = (more: object = {}) => Activity.parse({ ...raw, ...more });

describe("an activity", () => {
  it("names who acts, where, and which request it is", () => {
    expect(teamsPrincipal(activityOf(), home)).toEqual({
      platform: "teams",
      tenant: home,
      userId: "a11ce000-0000-4000-8000-0000000000a1",
      name: "Maya",
    });
    expect(channelOf(activityOf())).toBe("teams:19:x@thread.tacv2");
    expect(requestIdOf(activityOf())).toBe("teams:19:x@thread.tacv2:f:1");
    expect(requestIdOf(activityOf({ id: null }))).toBeUndefined();
  });

  it("of a foreigner, or of somebody without an account, is not one of ours", () => {
    const foreign = { channelData: { tenant: { id: "other" } } };
    expect(teamsPrincipal(activityOf(foreign), home).tenant).toBe("other");
    const host = { conversation: { ...raw.conversation, tenantId: "other" } };
    expect(teamsPrincipal(activityOf(host), home).tenant).toBe("other");
    expect(teamsPrincipal(activityOf({ from: { id: "29:x" } }), home).tenant).toBe("none");
    const nowhere = { channelData: null, conversation: { id: "a:1" } };
    expect(teamsPrincipal(activityOf(nowhere), home).tenant).toBe("none");
  });
});

describe("typed text", () => {
  const us = { type: "mention", text: "<at>acr</at>", mentioned: { id: "28:bot" } };
  const other = { type: "mention", text: "<at>Priya</at>", mentioned: { id: "29:priya" } };

  it("loses our own mention, and keeps what it says of others", () => {
    const text = "<at>acr</at>&nbsp;tags <at>Priya</at> shop/a";
    const said = undoTeams(activityOf({ text, entities: [other, us] }));
    expect(said.isCalled).toBe(true);
    expect(said.text.split(/ +/)).toEqual(["tags", "Priya", "shop/a"]);
  });

  it("is not called by a tag that no entity stands for", () => {
    expect(undoTeams(activityOf({ text: "<at>acr</at> help", entities: [other] })).isCalled).toBe(false);
    expect(undoTeams(activityOf({ text: null })).text).toBe("");
  });

  it.each(["<at>acr</at> show x", '<at id="0">acr</at> show x', "<at>ACR</at> show x"])(
    "the mention of us is none of it, whether or not its entity has its text: %s",
    (text) => {
      for (const said of [undefined, "<at>acr</at>"]) {
        const entity = { type: "mention", text: said, mentioned: { ...us.mentioned, name: "acr" } };
        expect(undoTeams(activityOf({ text, entities: [entity] }))).toEqual({
          text: "show x",
          isCalled: true,
        });
      }
    },
  );

  it("nothing is cut off its end", () => {
    const text = `deploy x to y ${"<p></p>".repeat(2_000)}--plan`;
    expect(undoTeams(activityOf({ text })).text).toMatch(/--plan$/);
  });

  it("keeps signs that are no tags", () => {
    expect(undoTeams(activityOf({ text: "1 < 2 <3 <a href='x'>shop/a</a>" })).text.split(/ +/)).toEqual([
      "1",
      "<",
      "2",
      "<3",
      "shop/a",
    ]);
  });
});

describe("the words of an invoke's answer", () => {
  it("format, link and mention nothing, and are never empty", () => {
    const said = plainMessage(
      notice("warning", "⛔", ["**b** [x](https://evil.example) <at>all</at>\n`c`", "two"]),
    );
    expect(said).not.toMatch(/[*[\]<>`\n]/);
    expect(said).not.toContain("https://");
    expect(said).toContain("two");
    expect(plainMessage(notice("warning", "⛔", [])).length).toBeGreaterThan(0);
    expect([...plainMessage(notice("warning", "⛔", ["x".repeat(20_000)]))].length).toBeLessThan(1_010);
  });
});

describe("an activity that cannot be answered", () => {
  const log = createLog({ level: "silent", destination: { write: () => undefined }, secrets: () => [] });
  // A clock whose pauses are over at once.
  const clock = { now: () => 0, sleep: () => Promise.resolve() };
  const never = { now: () => 0, sleep: () => new Promise<void>(() => undefined) };
  const handleWith = (
    route: () => Promise<{ status: number } | undefined>,
    time: typeof clock,
    learn: () => Promise<void> = async () => undefined,
  ) => {
    const background = createBackground({ platform: "teams", clock, log });
    const handle = createHandleActivity({ book: { learn }, route, background, clock: time, log });
    return (activity: Parameters<typeof handle>[0]) => handle(activity, false);
  };
  const fail = () => Promise.reject(new Error("the disk is full"));

  it("in time is answered that it takes long, and a message is taken", async () => {
    expect(teamsBudgetMs).toBeLessThan(5_000);
    const slow = handleWith(() => new Promise(() => undefined), clock);
    expect(await slow(raw)).toMatchObject({ status: 200, body: { task: { type: "message" } } });
    const action = await slow({ ...raw, name: "adaptiveCard/action" });
    expect(action).toMatchObject({
      status: 200,
      body: { statusCode: 500, type: "application/vnd.microsoft.error" },
    });
    expect(await slow({ ...raw, type: "message" })).toEqual({ status: 200 });
  });

  it("because nothing could be written says that nothing was changed", async () => {
    const answer = JSON.stringify(await handleWith(fail, never)(raw));
    expect(answer).toContain("Not recorded. Nothing was changed.");
    expect(answer).not.toContain("disk");
    expect(await handleWith(fail, never)({ ...raw, type: "message" })).toEqual({ status: 500 });
  });

  it("because a place could not be written is sent again, unless a person waits for it", async () => {
    const handle = handleWith(async () => ({ status: 200 }), never, fail);
    await expect(handle({ ...raw, type: "installationUpdate" })).rejects.toThrow("the disk is full");
    expect(await handle(raw)).toEqual({ status: 200 });
  });
});
