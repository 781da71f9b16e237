import { describe, expect, it } from "vitest";
import { allRights } from "../../demo/registry/rights.ts";
import { armFetch, entraToken, inWorld, startReceiver } from "./registry-client.ts";

const secret = "Bearer only-for-this-test";

type Listed = {
  value: {
    id: string;
    eventRequestMessage: { content: { id: string; action: string }; headers: Record<string, string> };
    eventResponseMessage?: { statusCode: string; content?: string };
  }[];
  nextLink?: string;
};

describe("webhook calls", () => {
  it("post one compact event in ACR's key order, with its headers", async () => {
    await using receiver = await startReceiver();
    const customHeaders = { Authorization: secret };
    const webhook = {
      name: "chatops",
      serviceUri: `${receiver.url}?region=westeurope`,
      customHeaders,
      actions: ["push"],
    };
    await inWorld({ webhooks: [{ ...webhook, actions: ["push"] }] }, async (world) => {
      const { digest } = world.push({ repository: "shop/checkout", tag: "1.4.2", userAgent: "docker/27.0" });
      await world.settled();
      expect(receiver.received).toHaveLength(1);
      const [call] = receiver.received;
      expect(call?.url).toBe("/webhooks/acr/contoso?region=westeurope");
      expect(call?.headers).toMatchObject({
        "content-type": "application/json; charset=utf-8",
        "user-agent": "AzureContainerRegistry/1.0",
        "content-length": String(Buffer.byteLength(call?.text ?? "")),
        authorization: secret,
      });
      const event = JSON.parse(call?.text ?? "") as { target: { size: number } };
      const { size } = event.target;
      const uuid = "[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}";
      const time = "\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{7}Z";
      const target = `{"mediaType":"application/vnd.oci.image.manifest.v1+json","size":${size},"digest":"${digest}","length":${size},"repository":"shop/checkout","tag":"1.4.2"}`;
      const request = `{"id":"${uuid}","host":"contoso.azurecr.io","method":"PUT","useragent":"docker/27.0"}`;
      expect(call?.text).toMatch(
        new RegExp(
          `^{"id":"${uuid}","timestamp":"${time}","action":"push","target":${target.replaceAll("+", "\\+")},"request":${request}}$`,
        ),
      );
    });
  });

  it("leave out what ACR leaves out", async () => {
    await using receiver = await startReceiver();
    await inWorld({ webhooks: [{ name: "chatops", serviceUri: receiver.url }] }, async (world) => {
      const { digest } = world.push({
        repository: "shop/checkout",
        tag: "1",
        platforms: ["linux/amd64", "linux/arm64"],
        userAgent: "",
      });
      world.setTag("shop/checkout", "latest", digest);
      world.untag({ repository: "shop/checkout", tag: "latest" });
      world.delete({ repository: "shop/checkout", tag: "1" });
      world.pushChart({ repository: "repo", name: "wordpress", version: "5.4.0" });
      world.deleteChart({ repository: "repo", name: "wordpress", version: "5.4.0" });
      await world.settled();
      const events = receiver.received.map(
        ({ text }) => JSON.parse(text) as { action: string; target?: object; request?: object },
      );
      const shapes = events.map((event) => [event.action, Object.keys(event.target ?? {}).join()]);
      const quarantined = "size,digest,length,repository";
      const pushed = "mediaType,size,digest,length,repository";
      const chart = "mediaType,size,digest,repository,tag,name,version";
      expect(shapes.sort()).toEqual(
        [
          ["quarantine", quarantined],
          ["push", pushed],
          ["quarantine", quarantined],
          ["push", pushed],
          ["quarantine", `${quarantined},tag`],
          ["push", `${pushed},tag`],
          ["quarantine", `${quarantined},tag`],
          ["push", `${pushed},tag`],
          ["delete", "mediaType,digest,repository"],
          ["chart_push", chart],
          ["chart_delete", chart],
        ].sort(),
      );
      const byAction = (action: string) => events.find((event) => event.action === action);
      expect(byAction("quarantine")?.request).not.toHaveProperty("useragent");
      expect(byAction("push")?.request).not.toHaveProperty("useragent");
      expect(byAction("chart_push")).not.toHaveProperty("request");
      expect(byAction("chart_push")?.target).toMatchObject({
        tag: "wordpress-5.4.0.tgz",
        version: "5.4.0.tgz",
      });
    });
  });

  it("are made once, whatever the answer, and logged for listEvents", async () => {
    await using receiver = await startReceiver();
    receiver.answer.status = 503;
    receiver.answer.text = "x".repeat(10_000);
    const webhook = { name: "chatops", serviceUri: receiver.url, customHeaders: { Authorization: secret } };
    await inWorld({ webhooks: [{ ...webhook, actions: ["push"] }] }, async (world) => {
      world.push({ repository: "a", tag: "1" });
      await world.settled();
      expect(receiver.received).toHaveLength(1);
      const arm = await armFetch(world);
      const { value } = (await (await arm("/webhooks/chatops/listEvents", "POST")).json()) as Listed;
      expect(value).toHaveLength(1);
      expect(value[0]?.eventResponseMessage?.statusCode).toBe("503");
      expect(value[0]?.eventResponseMessage?.content).toHaveLength(4096);
      expect(value[0]?.eventRequestMessage.headers.Authorization).toBe(secret);
      expect(value[0]?.eventRequestMessage.content).toEqual(JSON.parse(receiver.received[0]?.text ?? ""));
      expect(world.deliveries()).toMatchObject([
        { action: "push", repository: "a", tag: "1", statusCode: 503 },
      ]);
      expect(JSON.stringify(world.deliveries())).not.toContain(secret);
    });
  });

  it("show 504 for a receiver that is too slow, and no answer for one that is not there", async () => {
    let gone: string;
    {
      await using closed = await startReceiver();
      gone = closed.url;
    }
    await using receiver = await startReceiver();
    receiver.answer.silent = true;
    const webhooks = [
      { name: "slowone", serviceUri: receiver.url },
      { name: "goneone", serviceUri: gone },
    ];
    await inWorld({ webhooks, deliveryTimeoutMs: 50 }, async (world) => {
      world.delete({ repository: "a", digest: world.push({ repository: "a", tag: "1" }).digest });
      await world.settled();
      const arm = await armFetch(world);
      const listed = async (name: string) =>
        ((await (await arm(`/webhooks/${name}/listEvents`, "POST")).json()) as Listed).value;
      const slow = await listed("slowone");
      expect(slow.map((event) => event.eventResponseMessage?.statusCode)).toEqual(["504", "504", "504"]);
      expect((await listed("goneone"))[0]).not.toHaveProperty("eventResponseMessage");
    });
  });

  it("follow scope, actions and status", async () => {
    await using receiver = await startReceiver();
    const hook = (name: string, more: object) => ({
      name,
      serviceUri: `${receiver.url}?to=${name}`,
      ...more,
    });
    const webhooks = [
      hook("everything", { actions: ["push"] }),
      hook("onlylatest", { actions: ["push"], scope: "shop/checkout" }),
      hook("alltags", { actions: ["push"], scope: "shop/checkout:*" }),
      hook("onetag", { actions: ["push"], scope: "shop/checkout:1" }),
      hook("disabled", { actions: ["push"], status: "disabled" }),
      hook("deletes", { actions: ["delete"] }),
    ];
    await inWorld({ webhooks }, async (world) => {
      world.push({ repository: "shop/checkout", tag: "1" });
      world.push({ repository: "shop/cart", tag: "latest" });
      await world.settled();
      const told = receiver.received.map(({ url }) => url.split("to=")[1]).sort();
      expect(told).toEqual(["alltags", "everything", "everything", "onetag"]);
    });
  });

  it("give one event to webhooks of a region under one id, and to other regions under their own", async () => {
    await using receiver = await startReceiver();
    const hook = (name: string, location: string) => ({
      name,
      location,
      serviceUri: receiver.url,
      actions: ["push"] as const,
    });
    const webhooks = [hook("first", "westus"), hook("second", "westus"), hook("third", "westeurope")];
    for (const [sharedEventIds, count] of [
      [false, 2],
      [true, 1],
    ] as const) {
      const before = receiver.received.length;
      await inWorld({ webhooks, sharedEventIds }, async (world) => {
        world.push({ repository: "a", tag: "1" });
        await world.settled();
      });
      const ids = receiver.received.slice(before).map(({ text }) => (JSON.parse(text) as { id: string }).id);
      expect([ids.length, new Set(ids).size]).toEqual([3, count]);
    }
  });

  it("end when the world closes, also those that nobody answers", async () => {
    await using receiver = await startReceiver();
    receiver.answer.silent = true;
    await inWorld({ webhooks: [{ name: "chatops", serviceUri: receiver.url }] }, async (world) => {
      for (let i = 0; i < 20; i += 1) world.push({ repository: "a", tag: String(i) });
      await receiver.until(1);
    });
    expect(receiver.received.length).toBeLessThanOrEqual(4);
  });
});

describe("ARM's webhook operations", () => {
  it("list and show webhooks in the recorded shape, without address and headers", async () => {
    const hook = (name: string) => ({
      name,
      serviceUri: "https://bot.example/hook",
      customHeaders: { Authorization: secret },
    });
    await inWorld(
      { webhooks: [hook("chatops"), hook("second"), hook("third")], armPageSize: 2 },
      async (world) => {
        const arm = await armFetch(world);
        const listed = await arm("/webhooks");
        const text = await listed.text();
        expect(text).not.toContain(secret);
        const page = JSON.parse(text) as { value: object[]; nextLink: string };
        expect(page.value[0]).toEqual({
          type: "Microsoft.ContainerRegistry/registries/webhooks",
          id: `${world.resourceId}/webhooks/chatops`,
          name: "chatops",
          location: "westeurope",
          tags: {},
          properties: {
            status: "enabled",
            scope: "",
            actions: ["push", "delete", "quarantine", "chart_push", "chart_delete"],
            provisioningState: "Succeeded",
          },
        });
        const token = await entraToken(world, "https://management.azure.com/");
        const next = await fetch(page.nextLink, { headers: { Authorization: `Bearer ${token}` } });
        const last = (await next.json()) as { value: { name: string }[] };
        expect(last.value.map(({ name }) => name)).toEqual(["third"]);
        expect(last).not.toHaveProperty("nextLink");
        expect(await (await arm("/webhooks/CHATOPS")).json()).toMatchObject({ name: "chatops" });
        expect((await arm("/webhooks/nothere")).status).toBe(404);
        const config = await arm("/webhooks/chatops/getCallbackConfig", "POST");
        expect(await config.json()).toEqual({
          serviceUri: "https://bot.example/hook",
          customHeaders: { Authorization: secret },
        });
      },
    );
  });

  it("ping a disabled webhook, under the id that the answer gave", async () => {
    await using receiver = await startReceiver();
    const webhook = { name: "chatops", serviceUri: receiver.url, status: "disabled" as const };
    await inWorld({ webhooks: [webhook] }, async (world) => {
      const arm = await armFetch(world);
      const answer = await arm("/webhooks/chatops/ping", "POST");
      const { id } = (await answer.json()) as { id: string };
      expect(answer.headers.get("x-ms-ratelimit-remaining-subscription-writes")).toBe("1199");
      await receiver.until(1);
      expect(JSON.parse(receiver.received[0]?.text ?? "")).toEqual({
        id,
        timestamp: expect.any(String),
        action: "ping",
      });
      // The recorded ping of the real service has 104 bytes.
      expect(receiver.received[0]?.text).toHaveLength(104);
    });
  });

  it("refuse in ARM's words", async () => {
    const rights = allRights.filter((right) => right !== "webhooks/ping/action");
    await inWorld({ identities: [{ clientId: "few", rights }] }, async (world) => {
      world.setWebhook({ name: "chatops", serviceUri: "http://127.0.0.1:9/" });
      const path = `${world.url}${world.resourceId}/webhooks`;
      const ask = async (token: string | undefined, tail = "?api-version=2025-11-01", method = "GET") => {
        const headers = token === undefined ? {} : { Authorization: `Bearer ${token}` };
        const answer = await fetch(`${path}${tail}`, { method, headers });
        const { error } = (await answer.json()) as { error: { code: string } };
        return [answer.status, error.code];
      };
      const token = await entraToken(world, "https://management.azure.com");
      const other = await entraToken(world, "https://containerregistry.azure.net");
      expect(await ask(undefined)).toEqual([401, "AuthenticationFailed"]);
      expect(await ask(other)).toEqual([401, "InvalidAuthenticationTokenAudience"]);
      expect(await ask("x.y.z")).toEqual([401, "InvalidAuthenticationToken"]);
      expect(await ask(token, "")).toEqual([400, "MissingApiVersionParameter"]);
      const ping = "/chatops/ping?api-version=2025-11-01";
      expect(await ask(token, ping, "POST")).toEqual([403, "AuthorizationFailed"]);
      expect(world.deliveries()).toEqual([]);
    });
  });
});

describe("Event Grid", () => {
  it("validates the endpoint and delivers one event in an array", async () => {
    await using receiver = await startReceiver();
    await inWorld({}, async (world) => {
      const token = await world.mintEventGridToken({ audience: "api://chatops" });
      const subscription = { name: "chatops", endpoint: receiver.url, token: async () => token };
      expect(await world.validateEventGrid(subscription)).toBe(false);
      receiver.answer.echoCode = true;
      expect(await world.validateEventGrid(subscription)).toBe(true);
      world.setEventGrid(subscription);
      const { digest } = world.push({ repository: "shop/checkout", tag: "1.4.2" });
      world.delete({ repository: "shop/checkout", digest });
      await world.settled();
      const [push, removal] = receiver.received.slice(2);
      expect(push?.headers).toMatchObject({
        "aeg-event-type": "Notification",
        "aeg-subscription-name": "CHATOPS",
        "aeg-delivery-count": "0",
        authorization: `Bearer ${token}`,
      });
      expect(JSON.parse(push?.text ?? "")).toMatchObject([
        {
          topic: world.resourceId,
          subject: "shop/checkout:1.4.2",
          eventType: "Microsoft.ContainerRegistry.ImagePushed",
          dataVersion: "2.0",
          data: { action: "push", location: "westeurope", target: { digest, tag: "1.4.2" } },
        },
      ]);
      expect(JSON.parse(removal?.text ?? "")).toMatchObject([
        { subject: "shop/checkout", eventType: "Microsoft.ContainerRegistry.ImageDeleted" },
      ]);
    });
  });
});
