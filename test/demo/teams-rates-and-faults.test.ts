import { describe, expect, it } from "vitest";
import { cast } from "../../demo/cast.ts";
import { createRates } from "../../demo/teams/rates.ts";
import { releases, startTeams } from "./teams-tiny-bot.ts";

const path = `conversations/${releases}/activities`;
const hello = { type: "message", text: "hello" };

describe("rates", () => {
  it("lets 7 in a second, 8 in two and 60 in thirty into one conversation", async () => {
    let now = 1_763_762_400_000;
    await using teams = await startTeams({ rates: true, now: () => now });
    const send = async () => {
      const { status, retryAfter } = await teams.call("POST", path, hello);
      return status === 201 ? "sent" : `${status} ${retryAfter}`;
    };
    for (let index = 0; index < 7; index += 1) expect(await send()).toBe("sent");
    expect(await send()).toBe("429 1");
    now += 1000;
    expect(await send()).toBe("sent");
    expect(await send()).toBe("429 1");
    const sent = () => teams.world.messages(releases).length;
    while (sent() < 60) {
      now += 251;
      await send();
    }
    expect(await send()).toMatch(/^429 \d+$/);
    now += 2000;
    const long = await send();
    expect(Number(long.split(" ")[1])).toBeGreaterThan(5);
    now += Number(long.split(" ")[1]) * 1000;
    expect(await send()).toBe("sent");
    expect((await teams.call("POST", "conversations/19:general@thread.tacv2/activities", hello)).status).toBe(
      201,
    );
  });

  it("lets 1,800 in an hour into one conversation", () => {
    let now = 1_763_762_400_000;
    const rates = createRates(() => now);
    const start = now;
    for (let taken = 0; taken < 1800; taken += 1) {
      expect(rates.take("write", "a")).toBeUndefined();
      // 1.9 s apart: slow enough for every other window, and still within the hour.
      now += 1900;
    }
    const wait = rates.take("write", "a");
    expect(wait).toBe(Math.ceil((start + 3_600_000 - now) / 1000));
    expect(rates.take("write", "b")).toBeUndefined();
    now += (wait ?? 0) * 1000;
    expect(rates.take("write", "a")).toBeUndefined();
  });

  it("counts threads and edits with their channel", async () => {
    const now = 1_763_762_400_000;
    await using teams = await startTeams({ rates: true, now: () => now });
    const { call } = teams;
    const { json } = await call("POST", path, hello);
    for (let index = 0; index < 3; index += 1) {
      expect((await call("PUT", `${path}/${json.id}`, hello)).status).toBe(200);
      const thread = encodeURIComponent(`${releases};messageid=${json.id}`);
      expect((await call("POST", `conversations/${thread}/activities`, hello)).status).toBe(201);
    }
    const over = await call("PUT", `${path}/${json.id}`, hello);
    expect(over).toMatchObject({ status: 429, retryAfter: "1", json: { error: { code: "Throttled" } } });
    expect((await call("GET", `conversations/${cast.teams.team.id}/members`)).status).toBe(200);
  });
});

describe("faults", () => {
  it("are answered as often as ordered, in the connector's words", async () => {
    await using teams = await startTeams();
    const { world, call } = teams;
    const fault = world.fault({ method: "sendToConversation", status: 429, retryAfter: 7, count: 2 });
    expect(await call("POST", path, hello)).toMatchObject({ status: 429, retryAfter: "7" });
    expect(fault.remaining()).toBe(1);
    await call("POST", path, hello);
    const { json } = await call("POST", path, hello);
    for (const [status, code] of [
      [412, "PreconditionFailed"],
      [404, "ActivityNotFoundInConversation"],
      [502, "ServiceError"],
      [504, "GatewayTimeout"],
    ] as const) {
      world.fault({ method: "PUT", status });
      expect(await call("PUT", `${path}/${json.id}`, hello)).toMatchObject({
        status,
        json: { error: { code } },
      });
    }
    expect((await call("PUT", `${path}/${json.id}`, hello)).status).toBe(200);
    expect(() => world.fault({ method: "chat.postMessage", status: 500 })).toThrow("bad values");
    expect(world.calls("sendToConversation").map(({ status, error }) => [status, error])).toEqual([
      [429, "Throttled"],
      [429, "Throttled"],
      [201, undefined],
    ]);
  });

  it("cut the connection before or after the effect", async () => {
    await using teams = await startTeams();
    const { world, call } = teams;
    world.fault({ method: "*", status: 0 });
    await expect(call("POST", path, hello)).rejects.toThrow();
    world.fault({ method: "*", status: 0, mode: "after" });
    await expect(call("POST", path, { ...hello, text: "in doubt" })).rejects.toThrow();
    world.fault({ method: "POST", status: 500, mode: "after" });
    expect((await call("POST", path, { ...hello, text: "in doubt too" })).status).toBe(500);
    expect(world.messages(releases).map(({ text }) => text)).toEqual(["in doubt", "in doubt too"]);
    expect(world.calls().map(({ status }) => status)).toEqual([0, 0, 500]);
  });

  it("hold a call until it is let go", async () => {
    await using teams = await startTeams();
    const { world, call } = teams;
    const fault = world.fault({ method: "sendToConversation", status: 0, mode: "hang" });
    const held = call("POST", path, hello);
    await world.waitFor(() => fault.held() === 1);
    expect(world.messages(releases)).toEqual([]);
    fault.release();
    expect((await held).status).toBe(201);
  });

  it("come to the keys and their metadata only when these are named", async () => {
    await using teams = await startTeams();
    const { world } = teams;
    const status = async (url: string) => (await fetch(url)).status;
    world.fault({ method: "*", status: 503 });
    expect(await status(world.openIdMetadataUrl)).toBe(200);
    world.fault({ method: "openidconfiguration", status: 503 });
    world.fault({ method: "keys", status: 500 });
    expect(await status(world.openIdMetadataUrl)).toBe(503);
    expect(await status(`${world.address}/v1/keys`)).toBe(500);
    expect(await status(`${world.address}/v1/keys`)).toBe(200);
    expect(world.calls("keys")).toHaveLength(2);
  });
});

describe("watching", () => {
  it("resolves as soon as the change is there, and says what there was when it is not", async () => {
    await using teams = await startTeams();
    const seen = teams.world.waitFor(({ conversations }) => conversations[releases]?.[0]);
    await teams.call("POST", path, hello);
    expect(await seen).toMatchObject({ text: "hello", edits: 0 });
    await expect(teams.world.waitFor(() => false, 1)).rejects.toThrow(
      /not seen in Teams within 1 ms[\s\S]*hello/,
    );
  });

  it("rejects who still waits when it closes", async () => {
    const teams = await startTeams();
    const waiting: Promise<unknown> = teams.world.waitFor(() => false);
    const rejected = expect(waiting).rejects.toThrow("closed");
    await teams[Symbol.asyncDispose]();
    await rejected;
  });
});
