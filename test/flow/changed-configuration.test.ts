import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { configurationOf, type Overrides } from "../../demo/configuration.ts";
import { createWorld, type World } from "../../demo/world.ts";
import { loadConfig } from "../../src/config/load.ts";
import { createRunningConfig } from "../../src/config/running/running-config.ts";
import { createLog } from "../../src/log.ts";
import { type Serving, serve } from "../../src/serve.ts";
import { type MountedFolder, mountFolder } from "../support/mounted-folder.ts";
import { aPushEvent, webhookOf } from "../support/send-event.ts";
import { useIdentity } from "../support/use-identity.ts";

let world: World;
let bot: Serving;
let secrets: MountedFolder;
let configs: MountedFolder;
let wake = (): void => undefined;
const lines: string[] = [];

const [oldSecret, newSecret] = ["the-first-secret-of-the-webhook", "the-second-secret-of-the-webhook"];

const textWith = (overrides: Overrides) => ({
  "acr-chatops.yaml": configurationOf(world.addresses(0), { targets: {}, ...overrides }),
});
const contoso = (written: Overrides): Overrides => ({
  loginServer: world.registry.loginServer,
  endpoint: world.registry.url,
  ...written,
});
const mountedSecret = () => ({ webhook: { secrets: [`\${file:${secrets.path("webhook")}}`] } });

beforeAll(async () => {
  world = await createWorld({ slack: { rates: false } });
  useIdentity(world.registry);
  const folders = [join(world.directory, "secrets"), join(world.directory, "config")] as const;
  for (const folder of folders) await mkdir(folder);
  secrets = await mountFolder(folders[0], { webhook: oldSecret });
  configs = await mountFolder(folders[1], textWith({ registries: { contoso: contoso(mountedSecret()) } }));
  const file = configs.path("acr-chatops.yaml");
  const loaded = await loadConfig(file, world.environment);
  if (!loaded.ok) throw new Error(JSON.stringify(loaded.problems));
  const config = createRunningConfig(loaded.config);
  const destination = {
    write: (line: string) => {
      lines.push(line);
      wake();
    },
  };
  const log = createLog({ level: "debug", destination, secrets: config.secrets });
  bot = await serve({ config, log, origin: { file, environment: world.environment } });
});
afterAll(async () => {
  await bot.stop();
  await world.close();
});

/** The next line about a configuration that was read again. */
async function reloaded(change: () => Promise<void>): Promise<unknown> {
  const before = lines.length;
  const find = () => lines.slice(before).find((line) => line.includes('"step":"reload"'));
  await change();
  while (find() === undefined)
    await new Promise<void>((resolve) => {
      wake = resolve;
    });
  return JSON.parse(find() ?? "");
}

async function statusWith(secret: string): Promise<number> {
  const { url, headers } = webhookOf(bot.publicAddress, secret);
  return (await fetch(url, { method: "POST", headers, body: aPushEvent(world).body })).status;
}

it("takes a rotated secret and refuses the old one, then knows no registry that was taken out, and says what waits", async () => {
  expect([await statusWith(oldSecret), await statusWith(newSecret)]).toEqual([200, 401]);

  const rotated = await reloaded(() => secrets.swap({ webhook: newSecret }));
  expect(rotated).toMatchObject({ msg: "configuration reloaded", changed: ["registries"] });
  expect([await statusWith(oldSecret), await statusWith(newSecret)]).toEqual([401, 200]);

  const other = { registries: { fabrikam: contoso(mountedSecret()) }, azure: {} };
  const renamed = await reloaded(() => configs.swap(textWith(other)));
  expect(renamed).toMatchObject({ changed: ["registries"], needsRestart: ["azure.armEndpoint"] });
  expect(await statusWith(newSecret)).toBe(404);
  const ready = await fetch(`${bot.internalAddress}/readyz`);
  expect([ready.status, await ready.json()]).toMatchObject([
    200,
    { checks: { configuration: { status: "not-ready", reason: "needs a restart: azure.armEndpoint" } } },
  ]);

  const log = lines.join("");
  for (const secret of [oldSecret, newSecret]) expect(log).not.toContain(secret);
});
