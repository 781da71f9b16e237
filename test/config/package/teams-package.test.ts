import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { inflateSync } from "node:zlib";
import { strFromU8, unzipSync } from "fflate";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { z } from "zod";
import { commands } from "../../../src/bot/commands/run-command.ts";
import { writeTeamsPackage } from "../../../src/config/package/write-teams-package.ts";

const appId = "b07c0de0-1111-4222-8333-acc0ffee0001";
const root = new URL("../../../", import.meta.url);
const main = fileURLToPath(new URL("src/main.ts", root));
const shown = JSON.parse(await readFile(new URL("manifest/teams/manifest.json", root), "utf8")) as unknown;

// Schema of the Teams app manifest, version 1.25: fields and limits. Strict, because Teams refuses unknown fields.
const guid = z.string().regex(/^[0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12}$/);
const httpsUrl = z.url({ protocol: /^https$/ }).max(2048);
const scope = z.enum(["team", "groupChat", "personal"]);
const capability = z.enum(["tab", "bot", "connector"]);
const Manifest = z.strictObject({
  $schema: z.literal("https://developer.microsoft.com/json-schemas/teams/v1.25/MicrosoftTeams.schema.json"),
  manifestVersion: z.literal("1.25"),
  version: z.string().regex(/^\d+\.\d+\.\d+$/),
  id: guid,
  developer: z.strictObject({
    name: z.string().min(1).max(32),
    websiteUrl: httpsUrl,
    privacyUrl: httpsUrl,
    termsOfUseUrl: httpsUrl,
  }),
  name: z.strictObject({ short: z.string().min(1).max(30), full: z.string().max(100) }),
  description: z.strictObject({ short: z.string().min(1).max(80), full: z.string().min(1).max(4000) }),
  icons: z.strictObject({ color: z.string().endsWith(".png"), outline: z.string().endsWith(".png") }),
  accentColor: z.string().regex(/^#[0-9a-fA-F]{6}$/),
  // From 1.25 on an app with the scope "team" must say this: it works in private and shared channels too.
  supportsChannelFeatures: z.literal("tier1"),
  defaultInstallScope: z.enum(["personal", "team", "groupChat", "meetings"]),
  defaultGroupCapability: z.strictObject({ team: capability, groupchat: capability }),
  bots: z
    .array(
      z.strictObject({
        botId: guid,
        scopes: z.array(scope).min(1).max(4),
        isNotificationOnly: z.boolean(),
        supportsFiles: z.boolean(),
        supportsCalling: z.boolean(),
        supportsVideo: z.boolean(),
        commandLists: z
          .array(
            z.strictObject({
              scopes: z.array(scope).min(1).max(4),
              commands: z
                .array(
                  // What schemas before 1.21 allow; 1.25 itself takes up to 128 and 4000 characters.
                  z.strictObject({
                    title: z.string().min(1).max(32),
                    description: z.string().min(1).max(128),
                  }),
                )
                .min(1)
                .max(12),
            }),
          )
          .max(3),
      }),
    )
    .length(1),
  // Teams takes no resource-specific permission without both; what stands in `resource` does not matter.
  webApplicationInfo: z.strictObject({ id: guid, resource: z.string().min(1).max(2048) }),
  authorization: z.strictObject({
    permissions: z.strictObject({
      resourceSpecific: z
        .array(z.strictObject({ name: z.string().max(128), type: z.enum(["Application", "Delegated"]) }))
        .max(16),
    }),
  }),
  validDomains: z.array(z.hostname().max(2048)).max(16),
});

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "chatops-package-"));
});
afterAll(() => rm(folder, { recursive: true }));

async function configured(text: string): Promise<string> {
  const file = join(folder, "chatops.yaml");
  await writeFile(file, text);
  return file;
}

const right = `server: { publicUrl: "https://chatops.contoso.com:8443/bot/" }
teams: { appId: "\${APP_ID}", secret: "\${A_SECRET_THAT_IS_NOT_HERE}" }
`;

async function packed(options: Readonly<Record<string, string>> = {}) {
  const out = join(folder, "app.zip");
  const config = await configured(right);
  const answer = await writeTeamsPackage(
    { config, out, appVersion: "1.0.0", ...options },
    { APP_ID: appId.toUpperCase() },
  );
  expect(answer).toMatchObject({ exitCode: 0 });
  const bytes = await readFile(out);
  return { answer, out, bytes, files: unzipSync(bytes) };
}

function manifestIn(files: Readonly<Record<string, Uint8Array>>): unknown {
  return JSON.parse(strFromU8(files["manifest.json"] ?? new Uint8Array()));
}

describe("the Teams app package", () => {
  it("holds the manifest and its two icons, and nothing else", async () => {
    const { files, answer, out } = await packed();
    expect(Object.keys(files)).toEqual(["manifest.json", "color.png", "outline.png"]);
    expect(Manifest.safeParse(manifestIn(files)).error?.issues ?? []).toEqual([]);
    expect(answer.lines).toEqual([
      `${out}: Teams app ${appId}, version 1.0.0`,
      "messaging endpoint of the Azure Bot: https://chatops.contoso.com:8443/bot/api/messages",
    ]);
  });

  it("names the app and the host of the configuration, and leaves no placeholder", async () => {
    const { files } = await packed();
    const manifest = Manifest.parse(manifestIn(files));
    const ids = [manifest.id, manifest.bots[0]?.botId, manifest.webApplicationInfo.id];
    expect([...ids, manifest.validDomains]).toEqual([appId, appId, appId, ["chatops.contoso.com"]]);
    expect(strFromU8(files["manifest.json"] ?? new Uint8Array())).not.toMatch(/example\.com|00000000-/);
  });

  it("asks for the members of private and shared channels, and for nothing else", async () => {
    const { files } = await packed();
    const { authorization } = Manifest.parse(manifestIn(files));
    expect(authorization.permissions.resourceSpecific).toEqual([
      { name: "ChannelMember.Read.Group", type: "Application" },
    ]);
  });

  it("names its publisher and its version as told", async () => {
    const { files } = await packed({
      developer: "Contoso platform",
      website: "https://contoso.com/chatops",
      terms: "https://contoso.com/terms",
      appVersion: "1.2.0",
    });
    expect(Manifest.parse(manifestIn(files))).toMatchObject({
      version: "1.2.0",
      developer: {
        name: "Contoso platform",
        websiteUrl: "https://contoso.com/chatops",
        privacyUrl: "https://contoso.com/chatops",
        termsOfUseUrl: "https://contoso.com/terms",
      },
    });
  });

  it("is made of the same bytes each time, wherever it is made", async () => {
    const first = await packed();
    const out = join(folder, "again.zip");
    const environment = { ...process.env, APP_ID: appId, TZ: "Pacific/Kiritimati" };
    const { stdout } = await promisify(execFile)(
      process.execPath,
      [main, "manifest", "teams", "--config", await configured(right), "--out", out],
      { env: environment },
    );
    expect(stdout).toContain(`${out}: Teams app ${appId}`);
    expect(await readFile(out)).toEqual(first.bytes);
  });
});

describe("manifest/teams/manifest.json", () => {
  it("is a manifest that Teams takes as it is, but for the app's id", () => {
    expect(Manifest.safeParse(shown).error?.issues ?? []).toEqual([]);
  });

  it("has the bot's commands, for channels, group chats and personal chats", () => {
    const [bot] = Manifest.parse(shown).bots;
    expect(bot?.scopes.toSorted()).toEqual(["groupChat", "personal", "team"]);
    expect(bot?.commandLists.map((list) => list.scopes.toSorted())).toEqual([
      ["groupChat", "personal", "team"],
    ]);
    const listed = bot?.commandLists[0]?.commands ?? [];
    // Teams shows at most twelve: those that people begin with, in the words of the bot's own help.
    expect(listed).toHaveLength(12);
    expect(listed[0]?.title).toBe("help");
    for (const { title, description } of listed) {
      const command = commands.find(({ name }) => name === title);
      const summary = `${command?.summary.charAt(0).toUpperCase()}${command?.summary.slice(1)}`;
      expect([`${summary}: ${command?.usage}`, summary]).toContain(description);
    }
  });
});

/** Width, height and pixels (RGBA) of a PNG with 8 bits a channel and no interlacing. */
function pixelsOf(png: Uint8Array) {
  const bytes = Buffer.from(png);
  expect(bytes.subarray(0, 8).toString("latin1")).toBe("\x89PNG\r\n\x1a\n");
  const width = bytes.readUInt32BE(16);
  const height = bytes.readUInt32BE(20);
  const channels = bytes[25] === 6 ? 4 : 3;
  expect([bytes[24], bytes[28]]).toEqual([8, 0]);
  const data: Buffer[] = [];
  for (let at = 8; at < bytes.length; at += 12 + bytes.readUInt32BE(at))
    if (bytes.toString("latin1", at + 4, at + 8) === "IDAT")
      data.push(bytes.subarray(at + 8, at + 8 + bytes.readUInt32BE(at)));
  const rows = unfilter(inflateSync(Buffer.concat(data)), width * channels, channels);
  const pixels = Array.from({ length: width * height }, (_, index) => {
    const [red = 0, green = 0, blue = 0, alpha = 255] = rows.subarray(
      index * channels,
      (index + 1) * channels,
    );
    return { red, green, blue, alpha };
  });
  return { width, height, pixels };
}

/** Undoes the filters of PNG rows (specification, section 9). */
function unfilter(raw: Buffer, stride: number, channels: number): Buffer {
  const out = Buffer.alloc((raw.length / (stride + 1)) * stride);
  for (let row = 0; row * stride < out.length; row++) {
    const filter = raw[row * (stride + 1)] ?? 0;
    for (let column = 0; column < stride; column++) {
      const at = row * stride + column;
      const left = column < channels ? 0 : (out[at - channels] ?? 0);
      const up = row === 0 ? 0 : (out[at - stride] ?? 0);
      const corner = row === 0 || column < channels ? 0 : (out[at - stride - channels] ?? 0);
      const before = [0, left, up, (left + up) >> 1, paeth(left, up, corner)][filter] ?? 0;
      out[at] = ((raw[row * (stride + 1) + 1 + column] ?? 0) + before) & 255;
    }
  }
  return out;
}

function paeth(left: number, up: number, corner: number): number {
  const guess = left + up - corner;
  const [near] = [left, up, corner].toSorted((a, b) => Math.abs(guess - a) - Math.abs(guess - b));
  return near ?? 0;
}

describe("the icons", () => {
  it("are a full square of 192 pixels in colour", async () => {
    const { width, height, pixels } = pixelsOf(await readFile(new URL("manifest/teams/color.png", root)));
    expect([width, height]).toEqual([192, 192]);
    expect(pixels.every(({ alpha }) => alpha === 255)).toBe(true);
    expect(new Set(pixels.map(({ red, green, blue }) => `${red},${green},${blue}`)).size).toBeGreaterThan(2);
  });

  it("and an outline of 32 pixels, white on nothing", async () => {
    const { width, height, pixels } = pixelsOf(await readFile(new URL("manifest/teams/outline.png", root)));
    expect([width, height]).toEqual([32, 32]);
    const drawn = pixels.filter(({ alpha }) => alpha > 0);
    expect(drawn.length).toBeGreaterThan(100);
    expect(drawn.length).toBeLessThan(pixels.length / 2);
    expect(drawn.every(({ red, green, blue }) => red === 255 && green === 255 && blue === 255)).toBe(true);
  });
});

describe("what cannot be packed", () => {
  const answerTo = async (text: string, options: Readonly<Record<string, string>> = {}) => {
    const config = await configured(text);
    const out = join(folder, "never.zip");
    const answer = await writeTeamsPackage({ config, out, appVersion: "1.0.0", ...options }, {});
    expect(answer.exitCode).toBe(1);
    return answer.lines.map((line) => line.replace(`${config}:`, ""));
  };

  it("is said at once, with its place", async () => {
    expect(await answerTo("mode: act\n")).toEqual([
      "1:1 teams.appId: is missing; set it to the Microsoft App ID of the Azure Bot",
      "1:1 server.publicUrl: is missing; set it to the https address by which Teams reaches the bot",
    ]);
    expect(
      await answerTo("server: { publicUrl: http://chatops.contoso.com }\nteams: { appId: x }\n", {
        developer: "x".repeat(33),
        website: "http://contoso.com",
        appVersion: "1.0",
      }),
    ).toEqual([
      "--developer: must have 1 to 32 characters",
      "--app-version: is no version; must be three numbers, such as 1.0.1",
      "--website: is http; use https (http is taken only on loopback)",
      "1:22 server.publicUrl: is http; use https (http is taken only on loopback)",
      "2:17 teams.appId: does not fit; must be the Microsoft App ID of the Azure Bot (a GUID)",
    ]);
    expect(
      await answerTo(`server: { publicUrl: http://localhost:1 }\nteams: { appId: "\${NOPE}" }\n`),
    ).toEqual([
      "1:22 server.publicUrl: is on this machine, where Teams cannot reach it",
      "2:17 teams.appId: needs the environment variable NOPE, which is not set",
    ]);
    expect(await answerTo("server: { publicUrl: 5 }\nteams: { appId: }\n")).toEqual([
      "1:22 server.publicUrl: is no text; set it to the https address by which Teams reaches the bot",
      "2:17 teams.appId: is no text; set it to the Microsoft App ID of the Azure Bot",
    ]);
    expect(await answerTo("mode: 'act\n")).toEqual([
      "2:1: lacks a closing quote or bracket, a comma or a colon",
    ]);
  });

  it("includes a file that is not there, and a place that cannot be written", async () => {
    const missing = join(folder, "missing.yaml");
    const none = await writeTeamsPackage({ config: missing, out: "x", appVersion: "1.0.0" }, {});
    expect(none).toEqual({ lines: [`${missing}: does not exist`], exitCode: 1 });
    const config = await configured(right);
    const bad = await writeTeamsPackage({ config, out: folder, appVersion: "1.0.0" }, { APP_ID: appId });
    expect(bad).toEqual({ lines: [expect.stringContaining(`cannot write ${folder}: `)], exitCode: 1 });
  });
});
