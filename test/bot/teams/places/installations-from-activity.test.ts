import { expect, it } from "vitest";
import { ActivityEnvelope } from "../../../../src/bot/teams/activity-envelope.ts";
import { createInstallationBook } from "../../../../src/bot/teams/places/installation-book.ts";
import { effectOf } from "../../../../src/bot/teams/places/installation-effect.ts";
import { installationsFrom } from "../../../../src/bot/teams/places/installations-from-activity.ts";
import { startGatedBot } from "../gated-bot.ts";
import { appId, createMemoryPlaces, general, onCall, releases, team, tenantId } from "../teams-world.ts";

/** A bot that writes down what the simulated Teams tells it of places. */
async function startBook() {
  const store = createMemoryPlaces();
  const writes: string[] = [];
  const counting = {
    ...store,
    saveInstallation: async (place: Parameters<typeof store.saveInstallation>[0]) => {
      writes.push(place.id);
      await store.saveInstallation(place);
    },
  };
  let learn: ((activity: ActivityEnvelope) => Promise<void>) | undefined;
  const bot = await startGatedBot({
    handle: async (activity) => {
      await learn?.(ActivityEnvelope.parse(activity));
      return undefined;
    },
  });
  const book = createInstallationBook({ store: counting, now: bot.now, log: bot.lines.log });
  learn = book.learn;
  const states = () => Object.fromEntries([...store.places.values()].map(({ id, state }) => [id, state]));
  return { ...bot, book, places: store.places, states, writes };
}

it("learns a team, its General channel and the chosen one when the app is added there", async () => {
  const { world, places, book } = await startBook();
  await world.install({ scope: "team" });
  expect([...places.keys()].sort()).toEqual([general, team].sort());
  expect(await book.find(team)).toEqual({
    platform: "teams",
    id: team,
    kind: "channel",
    tenant: tenantId,
    serviceUrl: world.serviceUrl(),
    name: "Contoso platform",
    teamId: team,
    state: "installed",
    updatedAt: expect.any(Number),
  });
});

it("learns a channel from the first thing that is said there", async () => {
  const { world, book } = await startBook();
  await world.message({ conversation: releases, user: "29:maya", text: "@acr help" });
  expect(await book.find(releases)).toMatchObject({ kind: "channel", teamId: team, state: "installed" });
});

it("learns chats and people, and writes nothing when nothing is new", async () => {
  const { world, book, writes } = await startBook();
  await world.install({ scope: "group", conversation: onCall });
  await world.install({ scope: "personal", user: "29:maya" });
  const chat = world.personalChat("29:maya");
  expect(await book.find(onCall)).toMatchObject({ kind: "chat", name: "On call", state: "installed" });
  expect(await book.find(chat)).toMatchObject({
    kind: "person",
    userId: "a11ce000-0000-4000-8000-0000000000a1",
  });
  const before = writes.length;
  await world.message({ conversation: chat, user: "29:maya", text: "help" });
  await world.message({ conversation: onCall, user: "29:priya", text: "@acr help" });
  expect(writes.length).toBe(before);
});

it("keeps what was removed as removed, and takes it up again", async () => {
  const { world, states } = await startBook();
  await world.install({ scope: "team" });
  await world.message({ conversation: releases, user: "29:maya", text: "@acr help" });
  await world.install({ scope: "group", conversation: onCall });
  await world.uninstall({ scope: "team" });
  expect(states()).toEqual({
    [team]: "removed",
    [general]: "removed",
    [releases]: "removed",
    [onCall]: "installed",
  });
  await world.install({ scope: "team" });
  await world.uninstall({ scope: "group", conversation: onCall });
  expect(states()).toEqual({
    [team]: "installed",
    [general]: "installed",
    [releases]: "installed",
    [onCall]: "removed",
  });
});

it("follows channels that are deleted, restored and renamed, and no other of the team", async () => {
  const { world, states, book } = await startBook();
  await world.install({ scope: "team" });
  await world.message({ conversation: releases, user: "29:maya", text: "@acr help" });
  await world.deleteChannel(releases);
  expect(states()).toEqual({ [team]: "installed", [general]: "installed", [releases]: "removed" });
  await world.restoreChannel(releases);
  await world.renameChannel(releases, "ships");
  expect(await book.find(releases)).toMatchObject({ state: "installed", name: "ships" });
  expect(await book.find(general)).not.toMatchObject({ name: "ships" });
  expect(await book.find(team)).toMatchObject({ name: "Contoso platform" });
});

it("follows a team that is archived, brought back, deleted and restored, with all its channels", async () => {
  const { world, states } = await startBook();
  await world.install({ scope: "team" });
  await world.message({ conversation: releases, user: "29:maya", text: "@acr help" });
  const all = (state: string) => ({ [team]: state, [general]: state, [releases]: state });
  await world.archiveTeam();
  expect(states()).toEqual(all("archived"));
  await world.unarchiveTeam();
  expect(states()).toEqual(all("installed"));
  await world.deleteTeam();
  expect(states()).toEqual(all("removed"));
  await world.restoreTeam();
  expect(states()).toEqual(all("installed"));
});

it("refreshes the service's address of the whole team with the next activity from it", async () => {
  const { world, book } = await startBook();
  await world.install({ scope: "team" });
  await world.install({ scope: "group", conversation: onCall });
  await world.message({ conversation: releases, user: "29:maya", text: "@acr help" });
  const old = world.serviceUrl();
  world.moveService("emea");
  await world.message({ conversation: releases, user: "29:maya", text: "@acr help" });
  expect(world.serviceUrl()).not.toBe(old);
  for (const id of [team, general, releases])
    expect(await book.find(id)).toMatchObject({ serviceUrl: world.serviceUrl() });
  expect(await book.find(onCall)).toMatchObject({ serviceUrl: old });
});

it("takes the whole team up again when somebody speaks to the bot there and its return was never told", async () => {
  const { world, states, url } = await startBook();
  await world.install({ scope: "team" });
  await world.message({ conversation: releases, user: "29:maya", text: "@acr help" });
  await world.uninstall({ scope: "team" });
  // The bot is down while it is added again.
  world.connectBot({ url: "http://127.0.0.1:1", appId });
  await world.install({ scope: "team" });
  world.connectBot({ url, appId });
  expect(states()[releases]).toBe("removed");
  await world.message({ conversation: general, user: "29:maya", text: "@acr help" });
  expect(states()).toEqual({ [team]: "installed", [general]: "installed", [releases]: "installed" });
});

const base = {
  channelId: "msteams",
  serviceUrl: "https://smba.trafficmanager.net/emea/",
  recipient: { id: "28:us" },
  conversation: { id: releases, conversationType: "channel" },
  channelData: { tenant: { id: tenantId }, team: { id: team }, channel: { id: releases } },
};

it.each([
  ["an upgrade's first half", { type: "installationUpdate", action: "remove-upgrade" }],
  ["an action of tomorrow", { type: "installationUpdate", action: "explode" }],
  ["somebody else's leaving", { type: "conversationUpdate", membersRemoved: [{ id: "29:x" }] }],
  ["somebody else's coming", { type: "conversationUpdate", membersAdded: [{ id: "29:x" }] }],
  [
    "an event of tomorrow",
    { ...base, type: "conversationUpdate", channelData: { eventType: "constructor" } },
  ],
])("changes nothing for %s", (_what, more) => {
  const activity = ActivityEnvelope.parse({ ...base, ...more });
  expect(effectOf(activity).from).toEqual([]);
  expect(installationsFrom(activity, [], 1)).toEqual([]);
});

it("cuts a name that has no end, and keeps no half of a character", () => {
  const channelData = {
    ...base.channelData,
    channel: { id: releases, name: `${"x".repeat(199)}🚢${"y".repeat(9_000)}` },
  };
  const activity = ActivityEnvelope.parse({ ...base, type: "message", channelData });
  const place = installationsFrom(activity, [], 1).find(({ id }) => id === releases);
  expect(place?.name).toHaveLength(200);
  expect(place?.name?.isWellFormed()).toBe(true);
});
