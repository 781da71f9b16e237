import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, it } from "vitest";
import { createChildBotHome } from "../support/child-bot.ts";
import { aPushEvent, sendEvent } from "../support/send-event.ts";

it("SIGHUP has the configuration read again: the same, another, a broken one, one that waits for a restart", async () => {
  await using home = await createChildBotHome();
  const { world } = home;
  const bot = await home.start();
  const file = join(world.directory, "acr-chatops.yaml");
  const text = await readFile(file, "utf8");
  const hangUp = async (msg: string, ...changes: readonly (readonly [string, string])[]) => {
    const known = bot.log().length;
    const answer = () =>
      bot
        .log()
        .slice(known)
        .find((line) => line.msg === msg);
    const written = changes.reduce((before, [old, other]) => before.replace(old, other), text);
    if (changes.length > 0) await writeFile(file, written);
    bot.kill("SIGHUP");
    await bot.waitForLog(() => answer() !== undefined);
    return answer();
  };
  const event = aPushEvent(world);
  const status = async (): Promise<number> => (await sendEvent(bot.publicAddress, world, event)).status;

  await hangUp("configuration has not changed");
  expect(await status()).toBe(200);
  const renamed = [
    ["contoso:", "fabrikam:"],
    ["registry: contoso", "registry: fabrikam"],
  ] as const;
  expect(await hangUp("configuration reloaded", ...renamed)).toMatchObject({
    level: "info",
    changed: ["registries", "targets"],
  });
  expect(await status()).toBe(404);
  expect(
    await hangUp("configuration has problems: the one from before stays", ["mode: act", "mode: loud"]),
  ).toMatchObject({
    level: "error",
    problems: [expect.stringMatching(/acr-chatops\.yaml:1:7 mode: .*must be notify, observe or act/)],
  });
  expect(await status()).toBe(404);
  expect(await hangUp("configuration reloaded", ["host: 127.0.0.1", "host: localhost"])).toMatchObject({
    level: "warn",
    changed: ["registries", "targets"],
    needsRestart: ["server.host"],
  });
  expect(await status()).toBe(200);
  bot.kill("SIGTERM");
  expect(await bot.exit).toMatchObject({ code: 0, signal: null, stderr: "" });
});
