import { mkdir } from "node:fs/promises";
import { Command, InvalidArgumentError } from "commander";
import { describeError } from "../src/errors.ts";
import { runDemo } from "./run.ts";

const program = new Command("demo")
  .description("acr-chatops with a simulated registry, Slack and Teams, on this machine only.")
  .option("-p, --port <number>", "where the page is", portOf, 3000)
  .option("--registry-port <number>", "where skopeo and docker can push to", portOf, 5050)
  .option("--data <dir>", "keep the bot's state there; without it, it is gone afterwards")
  .option("--verbose", "show the bot's log", false)
  .action(async (options: { port: number; registryPort: number; data?: string; verbose: boolean }) => {
    if (options.data !== undefined) await mkdir(options.data, { recursive: true });
    const demo = await runDemo({
      port: options.port,
      registryPort: options.registryPort,
      logLevel: options.verbose ? "info" : "warn",
      ...(options.data === undefined ? {} : { directory: options.data }),
    });
    const stop = (): void => {
      demo.stop().then(
        () => process.exit(0),
        () => process.exit(1),
      );
    };
    process.once("SIGTERM", stop);
    process.once("SIGINT", stop);
    // Last: whoever reads it may send a signal at once.
    console.log(`demo ready: ${demo.pageAddress}`);
  });

function portOf(text: string): number {
  const port = Number(text);
  if (!Number.isInteger(port) || port < 0 || port > 65_535)
    throw new InvalidArgumentError("a port is 0 to 65535");
  return port;
}

program.parseAsync().catch((error: unknown) => {
  console.error(`demo: ${describeError(error)}`);
  process.exit(1);
});
