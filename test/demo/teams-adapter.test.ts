import type { TurnContext } from "botbuilder";
import { TeamsInfo } from "botbuilder";
import { describe, expect, it, vi } from "vitest";
import { askCard, attach, card, maya, releases, startAdapter, startTeams } from "./teams-tiny-bot.ts";

const answerInvoke = (context: TurnContext, body: unknown) =>
  context.sendActivity({ type: "invokeResponse", value: { status: 200, body } });

describe("Microsoft's own adapter, with authentication on", () => {
  it("takes a message, answers in its thread, edits and deletes", async () => {
    await using teams = await startTeams();
    const { world } = teams;
    const seen: unknown[] = [];
    await using _bot = await startAdapter(world, async (context) => {
      seen.push(context.activity.conversation.id, context.activity.channelData?.tenant?.id);
      const answer = await context.sendActivity({
        type: "message",
        summary: "here",
        attachments: [attach(card)],
      });
      const extra = await context.sendActivity("more");
      await context.updateActivity({
        id: answer?.id ?? "",
        type: "message",
        summary: "there",
        attachments: [attach(askCard)],
      });
      await context.deleteActivity(extra?.id ?? "");
    });
    const { id, delivery } = await world.message({ conversation: releases, user: maya, text: "@acr status" });
    expect(delivery).toMatchObject({ status: 200 });
    expect(seen).toEqual([`${releases};messageid=${id}`, world.tenantId]);
    expect(world.messages(releases)).toMatchObject([
      { id, from: maya, text: "@acr status", card: null },
      { replyToId: id, from: world.bot.id, summary: "there", card: { actions: [{}] }, edits: 1 },
    ]);
    expect(world.messages(releases)).toHaveLength(2);
    expect(world.calls("openidconfiguration")).toHaveLength(1);
  });

  it("opens a dialog from a button, and reads what was submitted", async () => {
    await using teams = await startTeams();
    const { world } = teams;
    await using _bot = await startAdapter(world, async (context) => {
      const { name, value } = context.activity;
      if (name === "task/fetch") {
        await answerInvoke(context, {
          task: { type: "continue", value: { title: "Release image", card: attach(askCard) } },
        });
      } else if (name === "task/submit") {
        await answerInvoke(context, { task: { type: "message", value: `Recorded: ${value.data.reason}` } });
      } else if (name === "adaptiveCard/action") {
        const type = "application/vnd.microsoft.activity.message";
        await answerInvoke(context, {
          statusCode: 200,
          type,
          value: `Cancelled ${value.action.data.reference}`,
        });
      } else await context.sendActivity({ type: "message", summary: "card", attachments: [attach(card)] });
    });
    await world.message({ conversation: releases, user: maya, text: "<at>acr</at> show" });
    const id = world.messages(releases)[1]?.id ?? "";
    const cancelled = await world.click({ conversation: releases, id, verb: "cancel", user: maya });
    expect(cancelled).toMatchObject({ outcome: "message", text: "Cancelled r1" });
    const clicked = await world.click({ conversation: releases, id, data: { reference: "r2" }, user: maya });
    expect(clicked.outcome).toBe("dialog");
    expect(world.dialogs()).toMatchObject([{ title: "Release image", user: maya, conversation: releases }]);
    const dialogId = clicked.dialogId ?? "";
    const done = await world.submit({ dialogId, user: maya, values: { reason: "scanned" } });
    expect(done).toMatchObject({ outcome: "message", text: "Recorded: scanned" });
    expect(world.dialogs()).toEqual([]);
    expect(world.notes()).toMatchObject([
      { text: "Cancelled r1", user: maya },
      { text: "Recorded: scanned" },
    ]);
  });

  it("posts proactively: a new thread, and a personal chat", async () => {
    await using teams = await startTeams();
    const { world } = teams;
    await using bot = await startAdapter(world, async () => {});
    const { appId } = world.bot;
    const audience = "https://api.botframework.com";
    let threadId: string | undefined;
    await bot.adapter.createConversationAsync(
      appId,
      "msteams",
      world.serviceUrl(),
      audience,
      {
        isGroup: true,
        bot: { id: world.bot.id, name: "acr" },
        channelData: { channel: { id: releases } },
        activity: { type: "message", text: "first" },
      } as never,
      async (context) => {
        threadId = context.activity.conversation.id;
        await context.sendActivity("second");
      },
    );
    const [first, second] = world.messages(releases);
    expect(threadId).toBe(`${releases};messageid=${first?.id}`);
    expect(second).toMatchObject({ text: "second", replyToId: first?.id });
    await bot.adapter.createConversationAsync(
      appId,
      "msteams",
      world.serviceUrl(),
      audience,
      { isGroup: false, members: [{ id: maya }], tenantId: world.tenantId } as never,
      async (context) => {
        await context.sendActivity("only for you");
      },
    );
    expect(world.messages(world.personalChat(maya))).toMatchObject([{ text: "only for you" }]);
  });

  it("reads members and the team", async () => {
    await using teams = await startTeams();
    const { world } = teams;
    const seen: unknown[] = [];
    await using _bot = await startAdapter(world, async (context) => {
      seen.push(await TeamsInfo.getMember(context, maya), await TeamsInfo.getPagedMembers(context, 50));
      seen.push(await TeamsInfo.getTeamDetails(context));
    });
    await world.message({ conversation: releases, user: maya, text: "@acr who" });
    expect(seen).toMatchObject([
      { name: "Maya Lindqvist", tenantId: world.tenantId },
      { members: [{ id: maya }, { id: "29:priya" }] },
      { name: "Contoso platform" },
    ]);
  });

  it("refuses our forgeries that it can see, and takes the emulator's token, which a gate must refuse", async () => {
    // The adapter writes each refusal to the console itself.
    const quiet = [vi.spyOn(console, "error"), vi.spyOn(console, "warn")];
    for (const spy of quiet) spy.mockImplementation(() => {});
    await using teams = await startTeams();
    const { world } = teams;
    await using _bot = await startAdapter(world, async () => {});
    const status = async (spoiled?: Parameters<typeof world.send>[1]) => {
      const say = { conversation: releases, user: maya, text: "@acr x" };
      const { delivery } = await world.message(spoiled === undefined ? say : { ...say, spoiled });
      return delivery?.status;
    };
    expect(await status()).toBe(200);
    expect(await status("no-token")).toBe(401);
    expect(await status("wrong-audience")).toBe(401);
    expect(await status("expired")).toBe(401);
    expect(await status("unendorsed-key")).toBe(401);
    expect(await status("other-serviceurl")).toBe(401);
    expect(await status("wrong-key")).toBe(500);
    expect(await status("alg-none")).toBe(500);
    expect(await status("emulator")).toBe(200);
    expect(await status("no-serviceurl")).toBe(200);
    for (const spy of quiet) spy.mockRestore();
  });
});
