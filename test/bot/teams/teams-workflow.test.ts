import { expect, it } from "vitest";
import type { Content, OutgoingMessage } from "../../../src/bot/deliver/channel-port.ts";
import { createWebhookChannel } from "../../../src/bot/deliver/webhook-channel.ts";
import { createPace } from "../../../src/bot/pace.ts";
import { teamsWorkflow } from "../../../src/bot/teams/teams-workflow.ts";
import { text } from "../../../src/nouns/text.ts";
import { aCard } from "../../support/a-card.ts";
import { releases, startTeams } from "./teams-world.ts";

const secret = "the-secret-of-the-workflow";
const card = aCard({
  buttons: [
    { kind: "act", verb: "deploy", label: "Deploy…", style: "primary", reference: "r1" },
    { kind: "link", label: "Portal", url: "https://portal.azure.com/" },
  ],
});
const message = (content: Content, changes: Partial<OutgoingMessage> = {}): OutgoingMessage => ({
  id: "m1",
  channel: "teams-workflow:releases",
  content,
  ...changes,
});

async function open() {
  const world = await startTeams({ workflows: [{ secret, conversation: releases }] });
  const urls = () => ({ releases: world.workflowUrl(secret) });
  const port = createWebhookChannel(teamsWorkflow, { pace: createPace(Date.now), now: Date.now, urls });
  return { world, port };
}

it("posts once, with links and without buttons that nobody would answer", async () => {
  const { world, port } = await open();
  expect(await port.post(message({ kind: "card", card }))).toEqual({});
  const [post] = world.messages(releases);
  expect(JSON.stringify(post?.card)).toContain("Action.OpenUrl");
  expect(JSON.stringify(post?.card)).not.toMatch(/Action\.(Submit|Execute)|"r1"/);
  expect(port).toMatchObject({ editable: false, searchable: false });
  await port.update("1", message({ kind: "card", card }));
  expect(world.messages(releases)).toMatchObject([{ edits: 0 }]);
  expect(world.complaints()).toEqual([]);
});

it("sends cards of version 1.4 without anything newer: Workflows shows no others", async () => {
  const { world, port } = await open();
  const links = Array.from({ length: 8 }, (_, index) => ({
    kind: "link" as const,
    label: `Link ${index}`,
    url: `https://portal.azure.com/${index}`,
  }));
  await port.post(message({ kind: "card", card: { ...card, buttons: links } }));
  const notice = {
    tone: "good",
    icon: "✅",
    title: "Deployed",
    lines: [text("It runs")],
    buttons: [],
  } as const;
  await port.post(message({ kind: "notice", notice }));
  await port.post(message({ kind: "card", card }, { plain: true }));
  expect(world.complaints()).toEqual([]);
  expect(world.messages(releases).map((post) => post.card?.version)).toEqual(["1.4", "1.4", "1.4"]);
});

it.each([
  ["a newer version", { version: "1.5", body: [] }],
  ["a newer property", { version: "1.4", body: [{ type: "TextBlock", text: "x", style: "heading" }] }],
  ["a newer element", { version: "1.4", body: [{ type: "Table", columns: [{ width: 1 }], rows: [] }] }],
  [
    "a button",
    {
      version: "1.4",
      body: [],
      actions: [{ type: "Action.Execute", title: "Approve", verb: "approve" }],
    },
  ],
])("the flow of the simulated Teams shows no card with %s", async (_what, shape) => {
  const { world } = await open();
  const attachment = {
    contentType: "application/vnd.microsoft.card.adaptive",
    content: { type: "AdaptiveCard", ...shape },
  };
  const body = JSON.stringify({ type: "message", attachments: [attachment] });
  await fetch(world.workflowUrl(secret), { method: "POST", body });
  expect(world.messages(releases)).toEqual([]);
  expect(world.complaints()).toHaveLength(1);
});

it("shows a notice, and the plain form as a card too: workflows show nothing else", async () => {
  const { world, port } = await open();
  const notice = { tone: "good", icon: "✅", lines: [text("Deployed")], buttons: [] } as const;
  await port.post(message({ kind: "notice", notice }));
  await port.post(message({ kind: "card", card }, { plain: true }));
  const [first, second] = world.messages(releases).map((post) => JSON.stringify(post.card));
  expect(first).toContain("Deployed");
  expect(second).toContain("Pushed");
  expect(world.complaints()).toEqual([]);
});

it.each([
  ["letters", "x"],
  ["characters of three bytes", "字"],
  ["emoji", "🚢"],
])("stays below 28,672 bytes with its envelope, with %s", async (_what, unit) => {
  const { world, port } = await open();
  const facts = Array.from({ length: 100 }, () => ({
    label: unit.repeat(100),
    value: text(unit.repeat(900)),
  }));
  await port.post(message({ kind: "card", card: { ...card, facts } }));
  expect(world.messages(releases)).toHaveLength(1);
  expect(world.complaints()).toEqual([]);
});
