import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type ChildDemo, type DemoState, startDemo } from "../support/child-demo.ts";

const maya = "U0MAYA0001";
const tomas = "U0TOMAS001";
const channel = "C0RELEASES";
const repository = "shop/checkout";

let demo: ChildDemo;
beforeAll(async () => {
  demo = await startDemo();
});
afterAll(() => demo[Symbol.asyncDispose]());

/** The root message of that tag's card, if it has that button. */
function cardOf(state: DemoState, tag: string, actionId: string) {
  const messages = state.slack.channels[channel] ?? [];
  return messages.find(
    ({ text, blocks }) => text.includes(`:${tag} `) && JSON.stringify(blocks).includes(`"${actionId}"`),
  );
}

const findCard = (tag: string, actionId: string) => demo.until((state) => cardOf(state, tag, actionId));

/** Clicks, waits for the dialog, and submits it with a reason. */
async function act(tag: string, actionId: string, reason: string) {
  const { ts } = await findCard(tag, actionId);
  expect(await demo.post("/slack/click", { channel, ts, actionId, user: maya })).toMatchObject({
    status: 200,
    body: { ok: true },
  });
  const view = await demo.until(({ slack }) => slack.views.find(({ user }) => user === maya));
  const values = { reason: { value: { type: "plain_text_input", value: reason } } };
  return await demo.post("/slack/submit", { viewId: view.id, user: maya, values });
}

describe("the demo's state", () => {
  it("has the set-up that scripts count on", async () => {
    const { setup, teams } = await demo.state();
    expect(setup).toEqual({
      users: expect.arrayContaining([
        {
          platform: "slack",
          id: maya,
          name: "Maya Lindqvist",
          roles: expect.arrayContaining(["deployer", "release-manager"]),
        },
        { platform: "slack", id: tomas, name: "Tomás Ferreira", roles: [] },
        { platform: "slack", id: "U0GUEST001", name: expect.stringMatching(/^Gwen/), roles: [] },
      ]),
      channels: expect.arrayContaining([
        expect.objectContaining({ id: channel, name: "releases" }),
        expect.objectContaining({ id: "C0PLATFORM", name: "platform" }),
      ]),
      registry: {
        name: "contoso",
        loginServer: "contoso.azurecr.io",
        address: expect.stringMatching(/^127\.0\.0\.1:\d+$/),
      },
      secret: expect.stringMatching(/^.{16,}$/),
    });
    expect(setup.users).toContainEqual({ platform: "teams", id: "29:priya", name: "Priya Nair", roles: [] });
    expect(setup.users).toContainEqual(expect.objectContaining({ id: "29:zoe", note: "another tenant" }));
    expect(teams).toMatchObject({ conversations: { "19:releases@thread.tacv2": [] }, dialogs: [] });
  });

  it("shows what runs: nothing on staging yet, and pods of an image that is older than the bot", async () => {
    const { runs = [], registry } = await demo.state();
    const image = `contoso.azurecr.io/${repository}@${registry.repositories[repository]?.tags["1.4.0"]}`;
    const pod = { name: expect.stringMatching(/^checkout-/), image, state: "Running", isReady: true };
    expect(runs).toEqual([
      { target: "staging", kind: "tag", tag: "staging" },
      {
        target: "production",
        kind: "workload",
        workload: "deployment/checkout",
        image,
        replicas: 3,
        pods: [pod, pod, pod],
      },
    ]);
  });

  it("shows a push as a card, its manifest and its deliveries", async () => {
    const pushed = await demo.post("/registry/push", { repository, tag: "1.4.1" });
    expect(pushed).toMatchObject({
      status: 200,
      body: { digest: expect.stringMatching(/^sha256:/), children: [] },
    });
    const { digest } = pushed.body;
    const card = await findCard("1.4.1", "acr:deploy");
    expect(card).toMatchObject({
      ts: expect.stringMatching(/^\d+\.\d{6}$/),
      user: "U0ACRBOT01",
      edits: expect.any(Number),
    });
    const { registry, deliveries } = await demo.state();
    expect(registry.repositories[repository]).toMatchObject({
      tags: { "1.4.1": digest },
      manifests: { [String(digest)]: { mediaType: expect.stringContaining("manifest") } },
    });
    expect(deliveries).toContainEqual(expect.objectContaining({ action: "push", digest, statusCode: 200 }));
  });

  it("pushes for several platforms and with a user agent", async () => {
    const platforms = ["linux/amd64", "linux/arm64"];
    const userAgent = "buildkit/0.12";
    const { body } = await demo.post("/registry/push", { repository, tag: "many", platforms, userAgent });
    expect(body.children).toHaveLength(2);
    const { blocks } = await findCard("many", "acr:deploy");
    expect(JSON.stringify(blocks)).toContain("linux/arm64");
    expect(JSON.stringify(blocks)).toContain(userAgent);
  });
});

describe("what people do in the demo", () => {
  it("deploys by a click and a submission, and shows the operation and its audit", async () => {
    await demo.post("/registry/push", { repository, tag: "1.4.2" });
    const submitted = await act("1.4.2", "acr:deploy", "tax fix");
    expect(submitted).toEqual({ status: 200, body: { ok: true, outcome: "closed" } });
    await demo.until(({ operations }) => operations.some(({ state }) => state === "succeeded"));
    const { registry, operations, audit } = await demo.state();
    const tags = registry.repositories[repository]?.tags;
    expect(tags?.staging).toBe(tags?.["1.4.2"]);
    expect(operations[0]).toMatchObject({
      id: expect.any(String),
      kind: "deploy",
      target: "staging",
      digest: tags?.["1.4.2"],
      state: "succeeded",
      requestedBy: maya,
    });
    expect(audit.map(({ outcome }) => outcome)).toEqual(["succeeded", "allowed"]);
  });

  it("gives the dialog's and the form's errors back", async () => {
    await demo.post("/registry/quarantine-policy", { enabled: true });
    await demo.post("/registry/push", { repository, tag: "2.0.0" });
    expect(await act("2.0.0", "acr:release", "")).toMatchObject({
      status: 200,
      body: { ok: false, outcome: "errors", errors: { reason: expect.any(String) } },
    });
    const { slack } = await demo.state();
    expect(slack.views).toMatchObject([
      { id: expect.any(String), user: maya, callback_id: "acr:ask", blocks: expect.any(Array) },
    ]);
    const [view] = slack.views;
    const values = { reason: { value: { type: "plain_text_input", value: "scan is clean" } } };
    expect((await demo.post("/slack/submit", { viewId: view?.id, user: maya, values })).body.ok).toBe(true);
    await demo.until(({ registry }) =>
      Object.values(registry.repositories[repository]?.manifests ?? {}).some(
        ({ quarantineState }) => quarantineState === "Passed",
      ),
    );
    await demo.post("/registry/quarantine-policy", { enabled: false });
  });

  it("refuses somebody without the role, privately", async () => {
    await demo.post("/registry/push", { repository, tag: "1.4.3" });
    const { ts } = await findCard("1.4.3", "acr:deploy");
    await demo.post("/slack/click", { channel, ts, actionId: "acr:deploy", user: tomas });
    const said = await demo.until(({ slack }) => slack.views.find(({ user }) => user === tomas));
    expect(JSON.stringify(said.blocks)).toContain("deployer");
  });

  it("answers a command with what Slack got back", async () => {
    const { status, body } = await demo.post("/slack/command", { channel, user: maya, text: "/acr help" });
    expect(status).toBe(200);
    expect(body).toMatchObject({ status: 200 });
    expect(JSON.stringify(body)).toContain("/acr deploy");
  });

  it("deletes by tag and by digest, and says when there is nothing to delete", async () => {
    const pushed = await demo.post("/registry/push", { repository: "shop/cart", tag: "1" });
    await demo.post("/registry/push", { repository: "shop/cart", tag: "2" });
    const byDigest = { repository: "shop/cart", digest: pushed.body.digest };
    expect((await demo.post("/registry/delete", byDigest)).status).toBe(200);
    expect((await demo.post("/registry/delete", { repository: "shop/cart", tag: "2" })).status).toBe(200);
    const { registry } = await demo.state();
    expect(registry.repositories["shop/cart"]?.tags ?? {}).toEqual({});
    expect(await demo.post("/registry/delete", { repository: "shop/cart", tag: "2" })).toMatchObject({
      status: 404,
      body: { error: expect.any(String) },
    });
  });

  it("answers as ordered: a 429 delays a card and loses nothing", async () => {
    const fault = { method: "chat.postMessage", status: 429, retryAfter: 1, count: 1 };
    expect((await demo.post("/slack/fault", fault)).status).toBe(200);
    await demo.post("/registry/push", { repository: "shop/late", tag: "1" });
    await findCard("1", "acr:deploy");
    const { slack } = await demo.state();
    expect(slack.channels[channel]?.filter(({ text }) => text.startsWith("shop/late:"))).toHaveLength(1);
  });
});

describe("what the demo refuses", () => {
  it.each([
    ["/registry/push", { tag: "1" }, "repository"],
    ["/registry/push", "not JSON", "body"],
    ["/registry/quarantine-policy", { enabled: "yes" }, "enabled"],
    ["/slack/click", { channel, ts: "1.0", user: maya }, "actionId"],
    ["/slack/submit", { viewId: "V1", user: maya }, "values"],
    ["/slack/command", { channel, user: maya }, "text"],
    ["/slack/fault", { method: "chat.postMessage" }, "status"],
  ])("%s with %j: 422, naming the field", async (path, body, field) => {
    const answer = await demo.post(path, body);
    expect(answer).toMatchObject({ status: 422, body: { error: expect.stringContaining(field) } });
  });

  it.each([
    ["/slack/click", { channel, ts: "1.000000", actionId: "acr:deploy", user: maya }],
    ["/slack/click", { channel: "C0NOWHERE0", ts: "1.000000", actionId: "acr:deploy", user: maya }],
    ["/slack/submit", { viewId: "V0NOWHERE0", user: maya, values: {} }],
    ["/slack/command", { channel, user: "U0NOBODY00", text: "/acr help" }],
  ])("%s of what is not there: 409 with a reason", async (path, body) => {
    expect(await demo.post(path, body)).toMatchObject({ status: 409, body: { error: expect.any(String) } });
  });

  it("a hostile repository name, and a path that is not there", async () => {
    const hostile = await demo.post("/registry/push", { repository: "../<!channel>", tag: "1" });
    expect(hostile).toMatchObject({ status: 400, body: { error: expect.any(String) } });
    expect((await demo.post("/registry/nothing", {})).status).toBe(404);
  });
});
