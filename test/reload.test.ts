import { appendFile, mkdir, mkdtemp, rename, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { checkAnswer } from "../src/config/check-command.ts";
import { loadConfig } from "../src/config/load.ts";
import { createRunningConfig, type RunningConfig } from "../src/config/running/running-config.ts";
import { createLog } from "../src/log.ts";
import { Reload } from "../src/reload.ts";
import type { Clock } from "../src/work/clock.ts";
import { createManualClock } from "./support/manual-clock.ts";
import { mountFolder } from "./support/mounted-folder.ts";

let directory: string;
let open: Reload | undefined;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "reload-"));
});
afterEach(async () => {
  await open?.stop();
  open = undefined;
  await rm(directory, { recursive: true });
});

const environment = {
  SLACK_BOT_TOKEN: "xoxb-1111-2222-abcdef",
  SLACK_SIGNING_SECRET: "0123456789abcdef0123456789abcdef",
};

/** A configuration with its webhook's secret in a file. */
const textOf = (secretFile: string, channel = "C0123ABCD", port = 3000) => `mode: notify
server: { port: ${port} }
registries:
  contoso: { loginServer: contoso.azurecr.io, webhook: { secrets: ["\${file:${secretFile}}"] } }
slack: { botToken: "\${SLACK_BOT_TOKEN}", signingSecret: "\${SLACK_SIGNING_SECRET}" }
routes:
  - { to: ["slack:${channel}"] }
`;

type Line = Readonly<Record<string, unknown>>;

/** Follows a file, from when it has been read once; the quiet after a change takes no time. */
async function follow(file: string) {
  const loaded = await loadConfig(file, environment);
  if (!loaded.ok) throw new Error(JSON.stringify(loaded.problems));
  const config = createRunningConfig(loaded.config);
  const clock = createManualClock();
  const asleep = Promise.withResolvers<void>();
  const sleep: Clock["sleep"] = async (ms, signal) => {
    if (ms < 1_000) return;
    asleep.resolve();
    await clock.sleep(ms, signal);
  };
  const { lines, next, destination } = logWithWaiters();
  const log = createLog({ level: "trace", destination, secrets: config.secrets });
  open = new Reload({ file, environment, config, clock: { ...clock, sleep }, log });
  open.now();
  open.start();
  expect(await next()).toMatchObject({ level: "info", msg: "configuration has not changed" });
  return { config, clock, asleep: asleep.promise, lines, next };
}

/** A log of which a test can await the next line. */
function logWithWaiters() {
  const lines: Line[] = [];
  let given = 0;
  let wake = (): void => undefined;
  return {
    lines,
    destination: {
      write: (line: string) => {
        lines.push(JSON.parse(line));
        wake();
      },
    },
    next: async (): Promise<Line> => {
      while (lines.length <= given)
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      given += 1;
      return lines[given - 1] ?? {};
    },
  };
}

const routedTo = (config: RunningConfig) => config.current().routes.flatMap(({ to }) => to);
const secretsIn = (config: RunningConfig) => config.current().registries.contoso?.webhook.secrets;

/** A configuration and a secret, both mounted as Kubernetes does it, and what follows them. */
async function mounted(secretName = "webhook") {
  const folders = [join(directory, "config"), join(directory, "secrets")] as const;
  for (const folder of folders) await mkdir(folder);
  const secrets = await mountFolder(folders[1], { [secretName]: "the-first-secret-of-the-webhook\n" });
  const secretFile = secrets.path(secretName);
  const configs = await mountFolder(folders[0], { "acr-chatops.yaml": textOf(secretFile) });
  const file = configs.path("acr-chatops.yaml");
  return { ...(await follow(file)), file, secretFile, secrets, configs };
}

describe("a change of the configuration", () => {
  it("is taken up when a mounted ConfigMap is swapped, with one line that says what changed", async () => {
    const { config, configs, secretFile, next, lines } = await mounted();
    const from = config.current().revision;
    await configs.swap({ "acr-chatops.yaml": textOf(secretFile, "C0999XXXX") });
    const line = await next();
    expect(line).toMatchObject({ level: "info", msg: "configuration reloaded", from, changed: ["routes"] });
    expect(line.to).toBe(config.current().revision);
    expect(line.to).not.toBe(from);
    expect(routedTo(config)).toEqual(["slack:C0999XXXX"]);
    expect(lines).toHaveLength(2);
  });

  it.each(["webhook", "tls/webhook"])("is taken up when a mounted Secret is swapped: %s", async (name) => {
    const { config, secrets, next, lines } = await mounted(name);
    for (const secret of ["the-second-secret-of-the-webhook", "the-third-secret-of-the-webhook"]) {
      const { revision } = config.current();
      await secrets.swap({ [name]: secret });
      expect(await next()).toMatchObject({ changed: ["registries"], from: revision, to: revision });
      expect(secretsIn(config)).toEqual([secret]);
    }
    expect(JSON.stringify(lines)).not.toContain("secret-of-the-webhook");
  });

  it("is taken up when a plain file is written in place, or replaced by another", async () => {
    const file = join(directory, "acr-chatops.yaml");
    const secretFile = join(directory, "secret");
    await writeFile(secretFile, "the-first-secret-of-the-webhook");
    await writeFile(file, textOf(secretFile));
    const { config, next } = await follow(file);
    await appendFile(file, "audit: { keep: 30d }\n");
    expect(await next()).toMatchObject({ changed: ["audit"] });
    await writeFile(`${file}~`, textOf(secretFile, "C0888YYYY"));
    await rename(`${file}~`, file);
    expect(await next()).toMatchObject({ changed: ["audit", "routes"] });
    expect(routedTo(config)).toEqual(["slack:C0888YYYY"]);
  });

  it("is found within a minute where the file system tells nothing of it", async () => {
    const [first, second] = [join(directory, "1"), join(directory, "2")];
    for (const folder of [first, second]) await mkdir(folder);
    const secretFile = join(directory, "secret");
    await writeFile(secretFile, "the-first-secret-of-the-webhook");
    await writeFile(join(first, "acr-chatops.yaml"), textOf(secretFile));
    await writeFile(join(second, "acr-chatops.yaml"), textOf(secretFile, "C0999XXXX"));
    const link = join(directory, "current");
    await symlink("1", link);
    const { clock, asleep, next } = await follow(join(link, "acr-chatops.yaml"));
    await asleep;
    await symlink("2", `${link}~`);
    // The folder that is watched is the one that the link named.
    await rename(`${link}~`, link);
    clock.advance(60_000);
    expect(await next()).toMatchObject({ changed: ["routes"] });
  });
});

describe("nothing is swapped", () => {
  it("while the file has problems, which are told in the words of `config check`, until they are mended", async () => {
    const { config, configs, file, secretFile, next } = await mounted();
    const before = config.current();
    await configs.swap({ "acr-chatops.yaml": "mode: loud\nregistries: [\nrouts: []\n" });
    const refused = await next();
    const { lines } = checkAnswer(file, await loadConfig(file, environment));
    expect(refused).toMatchObject({
      level: "error",
      revision: before.revision,
      problems: lines.slice(0, -1),
    });
    expect(config.current()).toBe(before);
    expect(config.trouble()).toMatch(/problem/);
    await configs.swap({ "acr-chatops.yaml": textOf(secretFile, "C0999XXXX") });
    expect(await next()).toMatchObject({ msg: "configuration reloaded", changed: ["routes"] });
    expect(config.trouble()).toBeUndefined();
  });

  it("when a secret is missing", async () => {
    const { config, secrets, secretFile, next } = await mounted();
    await secrets.swap({ other: "" });
    expect(await next()).toMatchObject({
      problems: [
        expect.stringContaining(`needs the file ${JSON.stringify(secretFile)}, which does not exist`),
      ],
    });
    expect(secretsIn(config)).toEqual(["the-first-secret-of-the-webhook"]);
    await secrets.swap({ webhook: "the-second-secret-of-the-webhook" });
    expect(await next()).toMatchObject({ changed: ["registries"] });
  });

  it("when only a comment has changed", async () => {
    const { config, configs, secretFile, next } = await mounted();
    const before = config.current();
    await configs.swap({ "acr-chatops.yaml": `# by hand\n${textOf(secretFile)}` });
    expect(await next()).toMatchObject({ msg: "configuration has not changed", revision: before.revision });
    expect(config.current()).toBe(before);
  });

  it("of what needs a restart, which is named", async () => {
    const { config, configs, secretFile, next } = await mounted();
    await configs.swap({ "acr-chatops.yaml": textOf(secretFile, "C0999XXXX", 3001) });
    expect(await next()).toMatchObject({ level: "warn", changed: ["routes"], needsRestart: ["server.port"] });
    expect(config.current().server.port).toBe(3000);
    expect(config.trouble()).toBe("needs a restart: server.port");
  });
});
