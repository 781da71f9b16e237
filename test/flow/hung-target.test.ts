import { afterEach, expect, it } from "vitest";
import { parse } from "yaml";
import { configurationOf } from "../../demo/configuration.ts";
import { sendJson, startServer } from "../support/loopback-server.ts";
import { openStage, type Stage } from "../support/stage.ts";

// One more than may run on one target at once.
const repositories = Array.from({ length: 17 }, (_, at) => `shop/part${at}`);

let stage: Stage | undefined;
afterEach(() => stage?.close());

it("a system that never comes to an end holds nobody up who deploys elsewhere", async () => {
  await using server = await startServer((request, response) => {
    const isStart = request.method === "POST";
    const body = isStart ? { statusUrl: "/status" } : { status: "running", message: "still at it" };
    request.resume().on("end", () => sendJson(response, isStart ? 202 : 200, body));
  });
  const slow = {
    type: "http",
    registry: "contoso",
    repositories: ["shop/*"],
    url: `${server.url}/deploy`,
    secret: "0123456789abcdef0123456789abcdef",
    timeout: "4h",
    allow: { deploy: ["deployer"] },
  };
  stage = await openStage({
    overrides: (world) => ({ targets: { ...parse(configurationOf(world.addresses(0))).targets, slow } }),
  });
  const { card, command, push, until, bot } = stage;
  for (const repository of repositories) {
    await push({ repository, tag: "1.0" });
    await card(`${repository}:1.0`, ({ buttons }) => buttons.some((id) => id.startsWith("acr:deploy")));
    await command(`/acr deploy ${repository}:1.0 to slow`);
  }
  await command(`/acr deploy ${repositories[0]}:1.0 to staging`);
  const operations = () => bot.store.listOperations(100);
  await until(
    async () =>
      (await operations()).some(({ target, state }) => target === "staging" && state === "succeeded"),
    "staging",
  );
  const held = (await operations()).filter(({ target, state }) => target === "slow" && state === "running");
  expect(held).toHaveLength(repositories.length - 1);
});
