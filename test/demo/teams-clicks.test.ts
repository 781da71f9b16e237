import { describe, expect, it } from "vitest";
import {
  askCard,
  attach,
  card,
  maya,
  post,
  priya,
  releases,
  startListener,
  startTeams,
} from "./teams-tiny-bot.ts";

async function startCard() {
  const teams = await startTeams();
  const bot = await startListener(teams.world);
  const id = await post(teams.call, releases);
  const click = (more: object = {}) => teams.world.click({ conversation: releases, id, user: maya, ...more });
  const dialog = (content: unknown = askCard) => ({
    task: { type: "continue", value: { title: "Release image", card: attach(content) } },
  });
  const openDialog = async () => {
    bot.answer(() => dialog());
    return (await click({ verb: "Release…" })).dialogId ?? "";
  };
  return {
    ...teams,
    bot,
    id,
    click,
    dialog,
    openDialog,
    async [Symbol.asyncDispose]() {
      await teams[Symbol.asyncDispose]();
      await bot[Symbol.asyncDispose]();
    },
  };
}

const message = (value: unknown, statusCode = 200) => ({
  statusCode,
  type: "application/vnd.microsoft.activity.message",
  value,
});
const newCard = (value: unknown) => ({
  statusCode: 200,
  type: "application/vnd.microsoft.card.adaptive",
  value,
});

describe("Action.Execute", () => {
  it("sends adaptiveCard/action and shows the message to that person alone", async () => {
    await using at = await startCard();
    at.bot.answer(() => message("Done, nothing changed."));
    expect(await at.click({ verb: "cancel" })).toMatchObject({ outcome: "message" });
    expect(at.bot.heard[0]?.activity).toMatchObject({
      type: "invoke",
      name: "adaptiveCard/action",
      replyToId: at.id,
      value: {
        action: { type: "Action.Execute", verb: "cancel", data: { reference: "r1" } },
        trigger: "manual",
      },
      conversation: { id: `${releases};messageid=${at.id}` },
    });
    expect(at.world.notes()).toMatchObject([{ user: maya, kind: "message", text: "Done, nothing changed." }]);
    expect(at.world.messages(releases)).toMatchObject([{ card, edits: 0 }]);
  });

  it("puts a card that comes back in place of the card, for that person, until the next edit", async () => {
    await using at = await startCard();
    const details = { ...card, actions: [{ type: "Action.Execute", title: "Back", verb: "back" }] };
    at.bot.answer(() => newCard(details));
    expect((await at.click({ verb: "cancel" })).outcome).toBe("card");
    await expect(at.click({ verb: "cancel" })).rejects.toThrow("no such button");
    expect((await at.click({ verb: "back" })).outcome).toBe("card");
    expect((await at.click({ verb: "cancel", user: priya })).outcome).toBe("card");
    expect(at.world.snapshot().cardViews).toHaveLength(2);
    await at.call("PUT", `conversations/${releases}/activities/${at.id}`, {
      summary: "s",
      attachments: [attach(card)],
    });
    expect(at.world.snapshot().cardViews).toEqual([]);
    expect((await at.click({ verb: "cancel" })).outcome).toBe("card");
  });

  it("shows an error of the bot's", async () => {
    await using at = await startCard();
    const value = { code: "Forbidden", message: "You need the role deployer." };
    at.bot.answer(() => ({ statusCode: 403, type: "application/vnd.microsoft.error", value }));
    expect(await at.click({ verb: "cancel" })).toMatchObject({ outcome: "error", text: value.message });
  });

  it.each([
    ["nothing", () => undefined, "the answer is empty"],
    ["plain text", () => "ok", "the answer is not a JSON object"],
    ["no status", () => ({ type: message("x").type, value: "x" }), "statusCode is not a number"],
    ["an odd status", () => message("x", 500), "a message comes with statusCode 200, not 500"],
    ["a message that is none", () => message({ text: "x" }), "value is no text"],
    [
      "an unknown type",
      () => ({ statusCode: 200, type: "text/plain", value: "x" }),
      "unknown type text/plain",
    ],
    ["a wrong card", () => newCard({ ...card, version: "1.6" }), "Card version 1.6 is above 1.5."],
    [
      "an error without a code",
      () => ({ statusCode: 400, type: "application/vnd.microsoft.error", value: "no" }),
      "an error's value is { code, message }",
    ],
  ])("fails for the person when the bot answers %s", async (_, answer, problem) => {
    await using at = await startCard();
    at.bot.answer(answer);
    expect((await at.click({ verb: "cancel" })).outcome).toBe("failed");
    expect(at.world.notes()).toMatchObject([
      { kind: "failure", text: "Something went wrong. Please try again." },
    ]);
    expect(at.world.complaints()).toEqual([`click cancel: ${problem}`]);
  });

  it("fails for the person when the bot answers anything but 200", async () => {
    await using at = await startCard();
    at.bot.answer(() => message("x"), 500);
    expect(await at.click({ verb: "cancel" })).toMatchObject({
      outcome: "failed",
      error: "failed",
      status: 500,
    });
    expect(at.bot.heard).toHaveLength(1);
  });
});

describe("buttons", () => {
  it("are those that stand in the card now, for people who see it", async () => {
    await using at = await startCard();
    at.bot.answer(() => message("ok"));
    await at.call("PUT", `conversations/${releases}/activities/${at.id}`, {
      summary: "s",
      attachments: [attach({ ...card, actions: [] })],
    });
    await expect(at.click({ verb: "cancel" })).rejects.toThrow("no such button");
    await expect(at.click({ verb: "cancel", id: "1" })).rejects.toThrow("no such message");
    await expect(at.click({ verb: "cancel", user: "29:zoe" })).rejects.toThrow("no such conversation");
    await expect(at.click({ verb: "cancel", user: "29:nobody" })).rejects.toThrow("no such user");
    const lie = { forge: "Action.Execute", verb: "approve", data: { reference: "guess" } };
    expect((await at.click(lie)).outcome).toBe("message");
    expect(at.bot.heard[0]?.activity).toMatchObject({
      value: { action: { verb: "approve", data: { reference: "guess" } } },
    });
  });

  it("without a dialog come as a message with a value", async () => {
    await using at = await startCard();
    expect((await at.click({ data: { reference: "r3" } })).outcome).toBe("sent");
    expect(at.bot.heard[0]?.activity).toMatchObject({
      type: "message",
      value: { reference: "r3" },
      replyToId: at.id,
    });
    expect(at.bot.heard[0]?.activity.text).toBeUndefined();
  });

  it("can be pressed twice at once: two invokes of their own", async () => {
    await using at = await startCard();
    at.bot.answer(() => message("ok"));
    await at.world.clickTwice({ conversation: releases, id: at.id, user: maya, verb: "cancel" });
    const ids = at.bot.heard.map(({ activity }) => activity.id);
    expect(new Set(ids).size).toBe(2);
  });
});

describe("dialogs", () => {
  it("open by task/fetch and send task/submit with what was filled in", async () => {
    await using at = await startCard();
    const dialogId = await at.openDialog();
    expect(at.bot.heard[0]?.activity).toMatchObject({
      name: "task/fetch",
      value: { data: { reference: "r2" }, context: { theme: "default" } },
    });
    expect(at.world.dialogs()).toMatchObject([
      { id: dialogId, user: maya, title: "Release image", card: askCard },
    ]);
    at.bot.answer(() => undefined);
    const done = await at.world.submit({ dialogId, user: maya, values: { reason: "scanned" } });
    expect(done).toMatchObject({ outcome: "closed", errors: {} });
    expect(at.bot.heard[1]?.activity).toMatchObject({
      name: "task/submit",
      value: { data: { reference: "r2", reason: "scanned", target: "staging" } },
    });
    expect(at.world.dialogs()).toEqual([]);
  });

  it("say what is missing before anything is sent", async () => {
    await using at = await startCard();
    const dialogId = await at.openDialog();
    const submit = (values: Record<string, string>) => at.world.submit({ dialogId, user: maya, values });
    expect(await submit({})).toMatchObject({ outcome: "invalid", errors: { reason: "Say why." } });
    expect(await submit({ reason: "no" })).toMatchObject({ outcome: "invalid" });
    expect(at.world.dialogs()).toMatchObject([{ errors: { reason: "Say why." } }]);
    await expect(submit({ reason: "x".repeat(21) })).rejects.toThrow("takes 20 characters");
    await expect(submit({ reason: "fine", target: "moon" })).rejects.toThrow("no choice moon");
    await expect(submit({ reason: "fine", other: "x" })).rejects.toThrow("no input other");
    expect(at.bot.heard).toHaveLength(1);
  });

  it("are replaced, answered by a message, or stay open when the answer is wrong", async () => {
    await using at = await startCard();
    const dialogId = await at.openDialog();
    const submit = () => at.world.submit({ dialogId, user: maya, values: { reason: "scanned" } });
    at.bot.answer(() => at.dialog({ ...askCard, fallbackText: "second page" }));
    expect((await submit()).outcome).toBe("replaced");
    expect(at.world.dialogs()).toMatchObject([{ id: dialogId, card: { fallbackText: "second page" } }]);
    at.bot.answer(() => at.dialog({ ...askCard, version: "2.0" }));
    expect((await submit()).outcome).toBe("failed");
    at.bot.answer(() => ({ task: { type: "message", value: "Recorded." } }));
    expect(await submit()).toMatchObject({ outcome: "message", text: "Recorded." });
    await expect(submit()).rejects.toThrow("no such dialog");
  });

  it("are closed without the bot hearing of it, by their own person only", async () => {
    await using at = await startCard();
    const dialogId = await at.openDialog();
    expect(() => at.world.closeDialog({ dialogId, user: priya })).toThrow("no such dialog");
    at.world.closeDialog({ dialogId, user: maya });
    expect(at.world.dialogs()).toEqual([]);
    expect(at.bot.heard).toHaveLength(1);
  });

  it("do not open when task/fetch is answered by nothing, and a message is shown instead of one", async () => {
    await using at = await startCard();
    expect((await at.click({ verb: "Release…" })).outcome).toBe("failed");
    at.bot.answer(() => ({ task: { type: "message", value: "You need the role release-manager." } }));
    expect(await at.click({ verb: "Release…" })).toMatchObject({ outcome: "message" });
    expect(at.world.dialogs()).toEqual([]);
    expect(at.world.notes().map(({ kind }) => kind)).toEqual(["failure", "message"]);
  });
});
