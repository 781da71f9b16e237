// Runs inside the image: starts the bot from environment variables alone, asks its own health check, ends it.
import { strictEqual } from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:net";
import { createInterface } from "node:readline";

const [program = "", ...args] = JSON.parse(process.argv[2] ?? "[]") as readonly string[];
// `docker stop` gives a container 10 s, then kills it.
const stopLimitMs = 10_000;

async function freePort(): Promise<string> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  server.close();
  await once(server, "close");
  return String(typeof address === "object" ? address?.port : undefined);
}

const env = {
  ...process.env,
  PORT: await freePort(),
  INTERNAL_PORT: await freePort(),
  ACR_LOGIN_SERVER: "contoso.azurecr.io",
  ACR_WEBHOOK_SECRET: "0123456789abcdef0123456789abcdef",
  SLACK_WEBHOOK_URL: "https://hooks.slack.com/services/T0/B0/abcdefghijklmnop",
  ACR_CHATOPS_STORE_EPHEMERAL: "true",
};
const bot = spawn("node", ["dist/main.js", "serve"], { env, stdio: ["ignore", "pipe", "inherit"] });
const exited = once(bot, "exit");
const lines: string[] = [];
const serving = Promise.withResolvers<boolean>();
createInterface(bot.stdout)
  .on("line", (line) => {
    lines.push(line);
    if (line.includes('"serving"')) serving.resolve(true);
  })
  .on("close", () => serving.resolve(false));

try {
  strictEqual(await serving.promise, true, `the bot did not start:\n${lines.join("\n")}`);
  const health = spawnSync(program, args, { env, encoding: "utf8" });
  strictEqual(health.status, 0, `the health check failed: ${health.stderr}`);
  const begun = Date.now();
  bot.kill("SIGTERM");
  const [code] = await exited;
  strictEqual(code, 0, `after SIGTERM it exited with ${code}:\n${lines.join("\n")}`);
  strictEqual(Date.now() - begun < stopLimitMs, true, "it took over 10 s to end");
  // Nobody listens there now, so the health check must fail.
  strictEqual(spawnSync(program, args, { env }).status, 1, "the health check passes for a bot that ended");
} finally {
  bot.kill("SIGKILL");
}
