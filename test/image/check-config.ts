import { deepStrictEqual, ok, strictEqual } from "node:assert/strict";
import { readFileSync } from "node:fs";

interface ImageConfig {
  readonly User?: string;
  readonly WorkingDir?: string;
  readonly Env?: readonly string[];
  readonly Entrypoint?: readonly string[];
  readonly Cmd?: readonly string[];
  readonly StopSignal?: string;
  readonly ExposedPorts?: Readonly<Record<string, unknown>>;
  readonly Volumes?: Readonly<Record<string, unknown>>;
  readonly Labels?: Readonly<Record<string, string>>;
  readonly Healthcheck?: { readonly Test?: readonly string[] };
}

const [inspectFile = "", version = ""] = process.argv.slice(2);
const inspected = JSON.parse(readFileSync(inspectFile, "utf8")) as {
  readonly Docker: { readonly config: ImageConfig };
};
const config = inspected.Docker.config;

strictEqual(config.User, "1000:1000", "the user is given by number");
strictEqual(config.WorkingDir, "/app");
deepStrictEqual(config.Entrypoint, ["node", "dist/main.js"]);
deepStrictEqual(config.Cmd, ["serve", "--config", "/etc/acr-chatops/acr-chatops.yaml"]);
strictEqual(config.StopSignal, "SIGTERM");
deepStrictEqual(Object.keys(config.ExposedPorts ?? {}).sort(), ["3000/tcp", "9090/tcp"]);
deepStrictEqual(Object.keys(config.Volumes ?? {}), [], "an unnamed volume looks durable and is lost");
ok(config.Env?.includes("NODE_ENV=production"));
ok(config.Healthcheck?.Test?.join(" ").includes("/healthz"), "the health check asks /healthz");
strictEqual(config.Labels?.["org.opencontainers.image.title"], "acr-chatops");
strictEqual(config.Labels?.["org.opencontainers.image.version"], version);

// For the check that runs it inside the image.
process.stdout.write(JSON.stringify(config.Healthcheck?.Test?.slice(1)));
