import { expect, it, onTestFinished } from "vitest";
import { maya, oncall, onTeams } from "../support/on-teams.ts";
import { openStage } from "../support/stage.ts";

it("what people are told in Teams meets no 429, however many ask at once, and comes after Retry-After where there is one", async () => {
  const stage = await openStage({ world: { teams: { rates: true } } });
  onTestFinished(() => stage.close());
  const { world } = onTeams(stage);
  const said = () => world.messages(oncall).filter(({ from }) => from === world.bot.id).length;
  const ask = (text: string) => world.message({ conversation: oncall, user: maya.id, text });
  await ask("@acr help");
  await stage.until(() => said() === 1, "the first answer");
  await Promise.all(Array.from({ length: 12 }, (_none, index) => ask(`@acr show shop/nothing:${index}`)));
  await stage.until(() => said() === 13, "a line for each");
  expect(world.calls().filter(({ status }) => status === 429)).toEqual([]);
  world.fault({ method: "sendToConversation", status: 429, retryAfter: 7, count: 1 });
  await ask("@acr show shop/late:1");
  await stage.until(() => said() === 14, "the line that was put off");
  const calls = world.calls("sendToConversation");
  const refused = calls.find(({ status }) => status === 429);
  const again = calls.find(
    ({ conversation, at }) => conversation === refused?.conversation && at > (refused?.at ?? 0),
  );
  expect((again?.at ?? 0) - (refused?.at ?? 0)).toBeGreaterThanOrEqual(7_000);
});
