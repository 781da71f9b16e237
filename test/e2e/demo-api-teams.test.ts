import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type ChildDemo, type DemoState, startDemo } from "../support/child-demo.ts";

const conversation = "19:releases@thread.tacv2";
const maya = "29:maya";
let demo: ChildDemo;

beforeAll(async () => {
  demo = await startDemo();
});
afterAll(() => demo?.[Symbol.asyncDispose]());

type TeamsState = {
  readonly conversations: Readonly<Record<string, readonly { id: string; text: string; card: unknown }[]>>;
  readonly dialogs: readonly { id: string; user: string }[];
};

const teamsOf = (state: DemoState) => state.teams as unknown as TeamsState;

/** The card of an image in the channel, once it says so. */
function cardOf(title: string, words: string) {
  return demo.until((state) =>
    teamsOf(state).conversations[conversation]?.find(({ card }) => {
      const said = JSON.stringify(card);
      return said.includes(title) && said.includes(words);
    }),
  );
}

describe("the demo's verbs for Teams", () => {
  it("click a button, submit its dialog, and the card follows", async () => {
    await demo.post("/registry/push", { repository: "shop/checkout", tag: "1.4.1" });
    const { id } = await cardOf("shop/checkout:1.4.1", '"id":"deploy"');
    const clicked = await demo.post("/teams/click", { conversation, id, verb: "deploy", user: maya });
    expect(clicked).toMatchObject({ status: 200, body: { ok: true, outcome: "dialog" } });
    const { dialogId } = clicked.body;
    const [open] = teamsOf(await demo.state()).dialogs;
    expect(open).toMatchObject({ id: dialogId, user: maya });
    const submitted = await demo.post("/teams/submit", { dialogId, user: maya, values: { reason: "green" } });
    expect(submitted).toMatchObject({ status: 200, body: { ok: true, outcome: "closed" } });
    await cardOf("shop/checkout:1.4.1", "Live on staging");
    expect(teamsOf(await demo.state()).dialogs).toEqual([]);
  });

  it("close a dialog, and find a button by its data", async () => {
    const { id } = await cardOf("shop/checkout:1.4.1", '"id":"redeploy"');
    const data = { msteams: { type: "task/fetch" } };
    const clicked = await demo.post("/teams/click", { conversation, id, data, user: maya });
    const { dialogId } = clicked.body;
    expect(await demo.post("/teams/close", { dialogId, user: maya })).toMatchObject({ status: 200 });
    expect(teamsOf(await demo.state()).dialogs).toEqual([]);
    const again = await demo.post("/teams/submit", { dialogId, user: maya, values: {} });
    expect(again).toMatchObject({ status: 409, body: { error: expect.stringContaining("no such dialog") } });
  });

  it("write to the bot, which answers in private and with one public line", async () => {
    const said = await demo.post("/teams/message", { conversation, user: maya, text: "@acr help" });
    expect(said).toMatchObject({ status: 200, body: { ok: true, status: 200 } });
    await demo.until((state) =>
      teamsOf(state).conversations[conversation]?.some(({ text }) => text.includes("answered you privately")),
    );
  });

  it("order a fault, after which the card still comes", async () => {
    const fault = { method: "createConversation", status: 429, retryAfter: 1, count: 1 };
    expect(await demo.post("/teams/fault", fault)).toMatchObject({ status: 200, body: { ok: true } });
    await demo.post("/registry/push", { repository: "shop/checkout", tag: "1.4.2" });
    await cardOf("shop/checkout:1.4.2", '"id":"deploy"');
  });

  it("say what they do not understand, and what nobody could have done", async () => {
    const bad = await demo.post("/teams/click", { conversation, user: maya });
    expect(bad).toMatchObject({ status: 422, body: { error: expect.stringMatching(/^id: /) } });
    const none = await demo.post("/teams/click", { conversation, id: "1", verb: "x", user: "29:nobody" });
    expect(none).toMatchObject({ status: 409, body: { error: "no such user: 29:nobody" } });
    const fault = await demo.post("/teams/fault", { method: "drop", status: 500 });
    expect(fault).toMatchObject({ status: 409 });
  });
});
