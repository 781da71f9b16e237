import { createHash } from "node:crypto";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import type { World } from "../demo/world.ts";
import { loadConfig } from "../src/config/load.ts";
import { createRunningConfig } from "../src/config/running/running-config.ts";
import type { Artifact } from "../src/nouns/artifact.ts";
import type { Sighting } from "../src/nouns/registry-event.ts";
import { purgeAnswer, readSince } from "../src/purge-command.ts";
import { serve } from "../src/serve.ts";
import type { Store } from "../src/store/store.ts";
import { cardsIn, waitForCard } from "./support/bot.ts";
import { type ChildBot, type ChildBotHome, createChildBotHome } from "./support/child-bot.ts";
import { startProgram } from "./support/child-program.ts";
import { createLogLines } from "./support/log-lines.ts";
import { openStage } from "./support/stage.ts";
import { useIdentity } from "./support/use-identity.ts";

const many = 3_000;
const minute = 60_000;

function forged(at: number, now = Date.now()): Sighting {
  const id = `forged-${at}`;
  const digest = `sha256:${createHash("sha256").update(id).digest("hex")}`;
  const repository = `shop/forged-${at % 50}`;
  const event = {
    registry: "contoso",
    id,
    action: "push" as const,
    occurredAt: now,
    digest,
    tag: "1",
    repository,
  };
  return { event, way: "webhook", region: "", receivedAt: now };
}

const flood = (from: number, to: number, now?: number) =>
  Array.from({ length: to - from }, (_, at) => forged(from + at, now));

function real(tag: string, now: number): Sighting {
  const { event, ...arrival } = forged(0, now);
  const digest = `sha256:${createHash("sha256").update(tag).digest("hex")}`;
  return { ...arrival, event: { ...event, id: tag, repository: "shop/checkout", digest, tag } };
}

async function stop(bot: ChildBot): Promise<void> {
  bot.kill("SIGTERM");
  await bot.exit;
}

const notForged = ({ text }: { readonly text: string }) => !text.startsWith("shop/forged");

/** The command as the program runs it, on the configuration that the bot of that home has. */
async function purge(home: ChildBotHome, more: Partial<Parameters<typeof purgeAnswer>[0]> = {}) {
  useIdentity(home.world.registry);
  const config = await configOf(await home.configure(), home.world);
  const options = { registry: "contoso", since: "30m", ...more };
  return await purgeAnswer(options, { config, log: createLogLines().log });
}

async function configOf(file: string, { environment }: World) {
  const loaded = await loadConfig(file, environment);
  if (!loaded.ok) throw new Error(JSON.stringify(loaded.problems));
  return loaded.config;
}

async function forgedIn(store: Store): Promise<readonly Artifact[]> {
  const found: Artifact[] = [];
  for (const { event } of flood(0, many)) {
    const { registry, repository = "", digest = "" } = event;
    const artifact = await store.findArtifact({ registry, repository, digest });
    if (artifact !== undefined) found.push(artifact);
  }
  return found;
}

describe("acr-chatops events purge", () => {
  it("takes a flood back where the registry can be read, and nothing that is real", async () => {
    await using home = await createChildBotHome();
    const { world } = home;
    const bot = await home.start();
    const real = world.registry.push({ repository: "shop/checkout", tag: "1" });
    await waitForCard(
      world,
      ({ text, buttons }) => text.startsWith("shop/checkout:1") && buttons.includes("acr:deploy"),
    );
    await sendAll(bot, world, flood(0, 300));
    await bot.waitForLog(
      ({ msg, repository }) => msg === "event folded" && String(repository).includes("forged"),
    );
    await stop(bot);
    // The registry has it, and its event waits among the forged ones.
    const { digest } = world.registry.push({ repository: "shop/cart", tag: "7" });
    await home.look(async (store) => {
      await store.recordEvents(flood(300, 2_000));
      const { event, ...arrival } = forged(0);
      await store.recordEvents([
        { ...arrival, event: { ...event, id: "real", repository: "shop/cart", digest, tag: "7" } },
      ]);
      await store.recordEvents(flood(2_000, many));
    });
    const dry = await purge(home, { dryRun: true });
    expect(dry.lines.join("\n")).toMatch(
      /3,000 events\n.*1 claim was left alone.*Dry run: nothing was changed/s,
    );
    const done = await purge(home);
    expect(done).toMatchObject({ exitCode: 0 });
    expect(done.lines.slice(0, -2)).toEqual(expect.arrayContaining(dry.lines.slice(1, -1)));
    await home.look(async (store) => {
      expect(await forgedIn(store)).toEqual([]);
      const kept = await store.findArtifact({
        registry: "contoso",
        repository: "shop/checkout",
        digest: real.digest,
      });
      expect(kept).toMatchObject({ kind: "image", verification: { state: "verified" } });
      const [entry, ...older] = (await store.listAudit(10)).filter(({ what }) => what === "purge");
      expect(entry).toMatchObject({
        registry: "contoso",
        outcome: "allowed",
        detail: expect.stringContaining("3,000 events"),
      });
      expect(older).toEqual([]);
    });
    await home.start();
    await waitForCard(
      world,
      ({ text, buttons }) => text.startsWith("shop/cart:7") && buttons.includes("acr:deploy"),
    );
    expect(cardsIn(world)).toHaveLength(2);
    expect(cardsIn(world).every(notForged)).toBe(true);
  }, 120_000);

  it("closes the cards that were posted where the registry cannot be read, and makes room for real ones", async () => {
    const stage = await openStage({ overrides: unread });
    const { world, clock, until } = stage;
    const forgedCards = () => cardsIn(world).filter((card) => !notForged(card));
    const backCards = () => cardsIn(world).filter(({ text }) => text.includes("Taken back"));
    try {
      await stage.bot.store.recordEvents([real("before", clock.now())]);
      await stage.card("shop/checkout:before");
      clock.advance(1_000);
      const since = new Date(clock.now()).toISOString();
      await stage.bot.store.recordEvents(flood(0, 200, clock.now()));
      await until(() => said(world).includes("more cards"), "the line");
      await stage.bot.stop();
      const posted = forgedCards().length;
      const config = await configOf(join(world.directory, "acr-chatops.yaml"), world);
      const log = createLogLines().log;
      const { lines } = await purgeAnswer({ registry: "contoso", since }, { config, log, clock });
      expect(lines.join("\n")).toMatch(/200 events.*real pushes of that time too/s);
      expect(lines.join("\n")).toContain(`${posted} posted cards`);
      const again = await serve({ config: createRunningConfig(config), log, clock });
      try {
        await until(() => backCards().length === posted, "the cards taken back");
        await until(() => said(world).includes("No more cards are held back"), "the line");
        expect(backCards().every((card) => !notForged(card))).toBe(true);
        expect(cardsIn(world).find(({ text }) => text.startsWith("shop/checkout:before"))?.edits).toBe(0);
        // The same event again is a new one, with a card of its own.
        await again.store.recordEvents([real("after", clock.now()), ...flood(0, 1, clock.now())]);
        await stage.card("shop/checkout:after");
        await until(() => forgedCards().length === posted + 1, "the same event again");
        expect(backCards()).toHaveLength(posted);
      } finally {
        await again.stop();
      }
    } finally {
      await stage.close();
    }
  }, 90_000);

  it("refuses while a bot has the SQLite file, names nobody knows, and times that are none", async () => {
    await using home = await createChildBotHome();
    const bot = await home.start();
    await expect(purge(home)).rejects.toMatchObject({
      code: "store-locked",
      message: expect.stringMatching(/^Stop the bot first/),
    });
    await stop(bot);
    const unknown = await purge(home, { registry: "contosso" });
    expect(unknown).toEqual({
      exitCode: 1,
      lines: ['No registry "contosso" is configured. There is: contoso.'],
    });
    expect(await purge(home, { since: "yesterday" })).toMatchObject({ exitCode: 1 });
    expect((await purge(home)).lines[0]).toBe("There is nothing to take back.");
    const run = async (...more: readonly string[]) => {
      const args = ["src/main.ts", "events", "purge", "--config", await home.configure(), ...more];
      await using program = startProgram(args, home.world.environment);
      return await program.exit;
    };
    expect(
      await run("--registry", "contoso", "--since", "2h", "--dry-run", "--without-asking"),
    ).toMatchObject({
      code: 0,
      stdout: expect.stringContaining("Dry run"),
      stderr: "",
    });
    expect(await run("--registry", "fabrikam", "--since", "2h")).toMatchObject({ code: 1, stdout: "" });
  }, 60_000);

  it("takes nothing back while the registry gives no answer, unless it is not to be asked", async () => {
    await using home = await createChildBotHome();
    await home.look((store) => store.recordEvents(flood(0, 3)));
    home.world.registry.fault({ match: "* /oauth2/", status: 401, count: 1_000 });
    home.world.registry.fault({ match: "GET /acr/", status: 401, count: 1_000 });
    await expect(purge(home)).rejects.toThrow(
      /Nothing was taken back. Run it again, or add --without-asking/,
    );
    const { lines } = await purge(home, { withoutAsking: true });
    expect(lines.join("\n")).toContain("3 events");
  });
});

describe("--since", () => {
  const now = Date.UTC(2026, 10, 21, 12);

  it.each([
    ["2h", now - 120 * minute],
    ["30m", now - 30 * minute],
    ["1d ago", now - 24 * 60 * minute],
    ["2026-11-21T11:00:00Z", now - 60 * minute],
    ["2026-11-21T13:00:00.5+02:00", now - 60 * minute + 500],
  ])("%s is a time", (typed, expected) => expect(readSince(typed, now)).toBe(expected));

  it.each([
    "",
    "2",
    "h",
    "-2h",
    "2 weeks",
    "2026-11-21",
    "2026-11-21T11:00",
    "2026-02-31T11:00:00Z",
    "11:00",
  ])("%s is none, and what would be one is said", (typed) =>
    expect(readSince(typed, now)).toMatch(/is no time\. Write how long ago/),
  );

  it("in the future is refused", () => {
    expect(readSince("2026-11-21T12:00:01Z", now)).toMatch(/lies ahead: it is 2026-11-21T12:00:00\.000Z/);
  });
});

const unread = ({ registry }: World) => ({
  mode: "notify",
  targets: {},
  registries: {
    contoso: {
      loginServer: registry.loginServer,
      endpoint: registry.url,
      webhook: { secrets: ["$" + "{ACR_WEBHOOK_SECRET}"] },
    },
  },
});

const said = (world: World) => JSON.stringify(world.slack.messages("C0RELEASES"));

/** Posts events to the webhook as anybody may who has its secret, a hundred at a time. */
async function sendAll(bot: ChildBot, world: World, sightings: readonly Sighting[]): Promise<void> {
  for (let from = 0; from < sightings.length; from += 100) {
    const answers = sightings.slice(from, from + 100).map(async ({ event }) => {
      const { id, action, repository, digest, tag, occurredAt } = event;
      const response = await fetch(`${bot.publicAddress}/webhooks/acr/contoso`, {
        method: "POST",
        headers: { "content-type": "application/json", "x-webhook-secret": world.secrets.webhook },
        body: JSON.stringify({
          id,
          timestamp: new Date(occurredAt).toISOString(),
          action,
          target: { repository, digest, tag },
          request: { id, host: world.registry.loginServer, method: "PUT" },
        }),
      });
      return (await response.json()) as { readonly status: string };
    });
    for (const { status } of await Promise.all(answers)) expect(status).toBe("recorded");
  }
}
