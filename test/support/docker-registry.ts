import { type ChildProcess, spawn } from "node:child_process";
import { randomUUID, X509Certificate } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { type IncomingMessage, request, type ServerResponse } from "node:http";
import { type AddressInfo, createServer as createTcpServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { importPKCS8, SignJWT } from "jose";
import { sendJson, startServer } from "./loopback-server.ts";
import { run } from "./programs.ts";
import { errorBody, scriptedEntraToken, scriptedLoginServer } from "./scripted-registry.ts";

const tokenIssuer = "acr-front";

/**
 * Debian's real docker-registry, which checks bearer tokens by a certificate made here, behind a front that adds ACR's
 * `/oauth2/exchange` and `/oauth2/token`. `/acr/v1` does not exist in it.
 */
export async function startDockerRegistry() {
  const folder = mkdtempSync(join(tmpdir(), "docker-registry-"));
  const [key, certificate] = [join(folder, "key.pem"), join(folder, "certificate.pem")];
  const days = ["-days", "2", "-subj", "/CN=acr-front"];
  run("openssl", [
    "req",
    "-x509",
    "-newkey",
    "rsa:2048",
    "-nodes",
    "-keyout",
    key,
    "-out",
    certificate,
    ...days,
  ]);
  const sign = await createSigner(readFileSync(key, "utf8"), readFileSync(certificate));
  const port = await freePort();
  const configuration = join(folder, "config.yml");
  writeFileSync(configuration, configurationFor(port, folder, certificate));
  const process = spawn("docker-registry", ["serve", configuration], { stdio: ["ignore", "ignore", "pipe"] });
  await listening(process);
  const front = await startFront(port, sign);
  return {
    /** The front: what our client is given as its endpoint. */
    url: front.url,
    /** Host and port of the registry itself, for skopeo. */
    address: `127.0.0.1:${port}`,
    exchanges: front.exchanges,
    /** A token that lets skopeo push to a repository. */
    pushToken: (repository: string) =>
      sign([{ type: "repository", name: repository, actions: ["pull", "push"] }]),
    async close(): Promise<void> {
      await front.close();
      const ended = new Promise((resolve) => process.once("exit", resolve));
      process.kill();
      await ended;
      rmSync(folder, { recursive: true });
    },
  };
}

type Access = { readonly type: string; readonly name: string; readonly actions: readonly string[] };
type Sign = (access: readonly Access[]) => Promise<string>;

async function createSigner(pem: string, certificate: Buffer): Promise<Sign> {
  const key = await importPKCS8(pem, "RS256");
  const x5c = [new X509Certificate(certificate).raw.toString("base64")];
  return (access) =>
    new SignJWT({ access })
      .setProtectedHeader({ alg: "RS256", typ: "JWT", x5c })
      .setIssuer(tokenIssuer)
      .setSubject("bot")
      .setAudience(scriptedLoginServer)
      .setJti(randomUUID())
      .setIssuedAt()
      .setNotBefore("-1 minute")
      .setExpirationTime("75 minutes")
      .sign(key);
}

function configurationFor(port: number, folder: string, certificate: string): string {
  return JSON.stringify({
    version: "0.1",
    log: { level: "info", accesslog: { disabled: true } },
    storage: { filesystem: { rootdirectory: join(folder, "data") } },
    http: { addr: `127.0.0.1:${port}`, relativeurls: true },
    auth: {
      token: {
        realm: `https://${scriptedLoginServer}/oauth2/token`,
        service: scriptedLoginServer,
        issuer: tokenIssuer,
        rootcertbundle: certificate,
      },
    },
  });
}

function listening(process: ChildProcess): Promise<void> {
  return new Promise((resolve, reject) => {
    let log = "";
    process.stderr?.on("data", (part: Buffer) => {
      log += part.toString("utf8");
      if (log.includes("listening on")) resolve();
    });
    process.once("error", reject);
    process.once("exit", () => reject(new Error(`docker-registry ended: ${log}`)));
  });
}

async function freePort(): Promise<number> {
  const server = createTcpServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", () => resolve()));
  const { port } = server.address() as AddressInfo;
  await new Promise<void>((resolve) => server.close(() => resolve()));
  return port;
}

async function startFront(registryPort: number, sign: Sign) {
  const exchanges: URLSearchParams[] = [];

  async function giveToken(call: IncomingMessage, response: ServerResponse): Promise<void> {
    const form = new URLSearchParams(await text(call));
    if (call.url === "/oauth2/exchange") {
      exchanges.push(form);
      const isKnown = form.get("access_token") === scriptedEntraToken;
      if (isKnown) sendJson(response, 200, { refresh_token: await sign([]) });
      else sendJson(response, 401, errorBody("UNAUTHORIZED", "authentication required"));
      return;
    }
    const [type = "", name = "", actions = ""] = (form.get("scope") ?? "").split(":");
    sendJson(response, 200, { access_token: await sign([{ type, name, actions: actions.split(",") }]) });
  }

  function forward(call: IncomingMessage, response: ServerResponse): void {
    const { method, headers, url: path } = call;
    const onward = request({ host: "127.0.0.1", port: registryPort, method, headers, path }, (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(response);
    });
    onward.on("error", () => response.destroy());
    call.pipe(onward);
  }

  const { url, close } = await startServer((call, response) => {
    if (call.url?.startsWith("/oauth2/")) giveToken(call, response).catch(() => response.destroy());
    else forward(call, response);
  });
  return { url, exchanges, close };
}
