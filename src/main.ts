#!/usr/bin/env node
import { Command } from "commander";
import { type CommandAnswer, checkAnswer, formatProblems } from "./config/check-command.ts";
import type { Config } from "./config/config.ts";
import { configFromEnvironment } from "./config/from-environment.ts";
import { type LoadResult, loadConfig } from "./config/load.ts";
import type { PackageOptions } from "./config/package/write-teams-package.ts";
import { type Environment, logLevelOf, readEnvironment } from "./config/read/environment.ts";
import { proxyHosts, proxySecrets } from "./config/read/proxy-variables.ts";
import { createRunningConfig } from "./config/running/running-config.ts";
import { configJsonSchema } from "./config/schema/json-schema.ts";
import { ChatopsError, describeError } from "./errors.ts";
import { createLineWriter } from "./line-writer.ts";
import { createLog, type Log } from "./log.ts";
import type { PurgeOptions } from "./purge-command.ts";
import type { Serving } from "./serve.ts";

const program = new Command("acr-chatops")
  .description("A chat-ops bot for Azure Container Registry.")
  .showHelpAfterError();

program
  .command("serve", { isDefault: true })
  .description("run the bot")
  .option("-c, --config <file>", "acr-chatops.yaml; without it, notify mode from environment variables")
  .action(async (options: { config?: string }) => runServe(options.config));

const config = program.command("config").description("check and describe the configuration");
config
  .command("check <file>")
  .description("print every problem of a configuration, with file and line")
  .action(async (file: string) => {
    print(checkAnswer(file, await loadConfig(file, readEnvironment())), console.log);
  });
config
  .command("schema")
  .description("print the configuration's JSON Schema, for editors")
  .action(() => console.log(JSON.stringify(configJsonSchema(), null, 2)));

const manifest = program.command("manifest").description("make what a chat system wants to know of the bot");
manifest
  .command("teams")
  .description("write the Teams app package, a ZIP to upload in Teams")
  .requiredOption("-c, --config <file>", "acr-chatops.yaml: teams.appId and server.publicUrl are read")
  .option("-o, --out <file>", "where to write it", "acr-chatops-teams.zip")
  .option("--developer <name>", "who publishes the app in your organisation")
  .option("--website <url>", "a page about it; server.publicUrl by default")
  .option("--privacy <url>", "its privacy statement; the website by default")
  .option("--terms <url>", "its terms of use; the website by default")
  .option("--app-version <version>", "raise it for each upload that changes the app", "1.0.0")
  .action(async (options: PackageOptions) => {
    const { writeTeamsPackage } = await import("./config/package/write-teams-package.ts");
    print(await writeTeamsPackage(options, readEnvironment()));
  });

const audit = program.command("audit").description("read the audit of a store, beside a bot that runs");
audit
  .command("verify")
  .description("recompute the audit's chain and say where it is broken; exit code 1 if it is")
  .option("-c, --config <file>", "acr-chatops.yaml: store.url is read")
  .option("--head <number:hash>", "a head noted earlier, in the log or from this command: finds a cut end")
  .action(async (options: { config?: string; head?: string }) => {
    const { verifyAnswer } = await import("./audit-command.ts");
    print(await verifyAnswer(await storeUrlOf(options.config), options.head));
  });
audit
  .command("export")
  .description("print every entry as a line of JSON, oldest first")
  .option("-c, --config <file>", "acr-chatops.yaml: store.url is read")
  .action(async (options: { config?: string }) => {
    const { exportAudit } = await import("./audit-command.ts");
    await exportAudit(await storeUrlOf(options.config), process.stdout);
  });

const events = program.command("events").description("work on the events of a store");
events
  .command("purge")
  .description("take back what events since a time claimed and the registry has not confirmed")
  .requiredOption("--registry <name>", "whose events, by its name in the configuration")
  .requiredOption(
    "--since <time>",
    "when the first of them arrived: 2h or 30m ago, or a time such as 2026-11-21T18:00:00Z",
  )
  .option("-c, --config <file>", "acr-chatops.yaml: the store and the registry are read")
  .option("--dry-run", "only count")
  .option(
    "--without-asking",
    "do not ask the registry first; real pushes that it has not confirmed yet go, too",
  )
  .action(async ({ config: file, ...options }: PurgeOptions & { readonly config?: string }) => {
    const { purgeAnswer } = await import("./purge-command.ts");
    const environment = readEnvironment();
    const running = createRunningConfig(await readConfig(file, environment));
    // What it prints is its answer; what is wrong goes beside it.
    const log = createLog({
      level: "warn",
      destination: createLineWriter(process.stderr.fd),
      secrets: () => [...running.secrets(), ...proxySecrets(environment)],
    });
    print(await purgeAnswer(options, { config: running.current(), log }));
  });

function print({ lines, exitCode }: CommandAnswer, out = exitCode === 0 ? console.log : console.error): void {
  for (const line of lines) out(line);
  process.exitCode = exitCode;
}

async function storeUrlOf(file: string | undefined): Promise<string> {
  return (await readConfig(file, readEnvironment())).store.url;
}

async function readConfig(file: string | undefined, environment: Environment): Promise<Config> {
  const result =
    file === undefined ? configFromEnvironment(environment) : await loadConfig(file, environment);
  return configOf(result, file);
}

async function runServe(file: string | undefined): Promise<void> {
  const environment = readEnvironment();
  const running = createRunningConfig(await readConfig(file, environment));
  const ofProxies = proxySecrets(environment);
  const log = createLog({
    level: logLevelOf(environment),
    destination: createLineWriter(process.stdout.fd),
    secrets: () => [...running.secrets(), ...ofProxies],
  });
  const proxies = proxyHosts(environment);
  // The guarded client's rules for addresses need a look at them.
  if (proxies !== undefined) log.info(proxies, "calls go through a proxy, which looks up their names");
  // Loaded only to serve: checking a configuration needs none of it.
  const starting = import("./serve.ts").then(({ serve }) =>
    serve({ config: running, log, ...(file === undefined ? {} : { origin: { file, environment } }) }),
  );
  stopWhenTold(starting, log);
  // Node's own answer to it is to end.
  process.on("SIGHUP", () => {
    starting.then(
      (serving) => serving.reload(),
      () => undefined,
    );
  });
  await starting;
}

/** Ends the process in peace at SIGTERM or SIGINT, also while it starts. */
function stopWhenTold(starting: Promise<Serving>, log: Log): void {
  let stopping = false;
  const stop = (signal: string): void => {
    if (stopping) return;
    stopping = true;
    log.info({ signal }, "stopping");
    starting
      .then((serving) => serving.stop())
      .then(
        () => process.exit(0),
        (error: unknown) => {
          log.error({ error: describeError(error) }, "stopping failed");
          process.exit(1);
        },
      );
  };
  process.on("SIGTERM", () => stop("SIGTERM"));
  process.on("SIGINT", () => stop("SIGINT"));
}

function configOf(result: LoadResult, file: string | undefined): Config {
  if (result.ok) {
    for (const line of formatProblems(result.warnings)) console.error(`warning: ${line}`);
    return result.config;
  }
  const hint =
    file === undefined ? "\nWith a configuration file: acr-chatops serve --config acr-chatops.yaml" : "";
  throw new ChatopsError("config-invalid", `${formatProblems(result.problems).join("\n")}${hint}`);
}

program.parseAsync().catch((error: unknown) => {
  // One clear line; a bug gets its stack, because somebody has to find it.
  const words = error instanceof ChatopsError ? `acr-chatops: ${error.message} [${error.code}]` : error;
  console.error(words);
  process.exit(1);
});
