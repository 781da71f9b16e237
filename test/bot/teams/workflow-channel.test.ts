import { createServer } from "node:http";
import { expect, it, onTestFinished } from "vitest";
import type { Content, OutgoingMessage } from "../../../src/bot/deliver/channel-port.ts";
import { createPace } from "../../../src/bot/pace.ts";
import { createTeamsWorkflowChannel } from "../../../src/bot/teams/workflow-channel.ts";
import type { Card } from "../../../src/nouns/card.ts";
import { text } from "../../../src/nouns/text.ts";
import { releases, startTeams } from "./teams-world.ts";

const secret = "the-secret-of-the-workflow";
const card: Card = {
  title: "shop/checkout:1.4.2",
  registry: "contoso",
  summary: "pushed",
  state: { icon: "📦", word: "Pushed", tone: "accent" },
  notes: [],
  facts: [],
  badges: [],
  buttons: [
    { kind: "act", verb: "deploy", label: "Deploy…", style: "primary", reference: "r1" },
    { kind: "link", label: "Portal", url: "https://portal.azure.com/" },
  ],
};
const message = (content: Content, changes: Partial<OutgoingMessage> = {}): OutgoingMessage => ({
  id: "m1",
  channel: "teams-workflow:releases",
  content,
  ...changes,
});

async function open() {
  const world = await startTeams({ workflows: [{ secret, conversation: releases }] });
  const urls: Record<string, string> = { releases: world.workflowUrl(secret) };
  const port = createTeamsWorkflowChannel({ pace: createPace(Date.now), urls: () => urls });
  return { world, port, urls };
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

it("says that a workflow is not configured, was turned off, or asks to wait", async () => {
  const { world, port, urls } = await open();
  const post = (name: string) =>
    port.post({ ...message({ kind: "card", card }), channel: `teams-workflow:${name}` });
  await expect(post("constructor")).rejects.toMatchObject({ code: "chat-channel-unavailable" });
  urls.old = world.workflowUrl("turned-off");
  await expect(post("old")).rejects.toMatchObject({ code: "chat-channel-unavailable" });
  world.fault({ method: "workflow", status: 429, retryAfter: 3 });
  await expect(post("releases")).rejects.toMatchObject({ code: "chat-later", retryAfterMs: 3_000 });
  world.fault({ method: "workflow", status: 413 });
  await expect(post("releases")).rejects.toMatchObject({ code: "chat-content-refused" });
});

it("is in doubt about a lost answer, and not about one that nobody could give; its address is in no error", async () => {
  const { world, port, urls } = await open();
  const errors: unknown[] = [];
  const post = () =>
    port.post(message({ kind: "card", card })).catch((error: unknown) => {
      errors.push(error);
      return error;
    });
  for (const status of [0, 502]) {
    world.fault({ method: "workflow", status, mode: "after" });
    expect(await post()).toMatchObject({ code: "chat-in-doubt" });
  }
  const gone = await startTeams();
  await gone.close();
  urls.releases = gone.workflowUrl(secret);
  expect(await post()).toMatchObject({ code: "chat-later" });
  urls.releases = await redirecting();
  expect(await post()).toMatchObject({ code: "chat-in-doubt" });
  expect(errors).toHaveLength(4);
  for (const error of errors) {
    expect(error instanceof Error && error.cause === undefined).toBe(true);
    expect(JSON.stringify(error, Object.getOwnPropertyNames(error))).not.toContain(secret);
  }
});

/** A server that sends whoever comes elsewhere. */
async function redirecting(): Promise<string> {
  const server = createServer((_request, response) => {
    response.writeHead(307, { location: "http://127.0.0.1:1/" }).end();
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => void server.close());
  const bound = server.address();
  if (bound === null || typeof bound === "string") throw new Error("no port");
  return `http://127.0.0.1:${bound.port}/workflows/${secret}`;
}
