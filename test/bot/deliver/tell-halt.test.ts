import { expect, it } from "vitest";
import { createHaltLoop } from "../../../src/bot/deliver/tell-halt.ts";
import { haltSubject } from "../../../src/nouns/message.ts";
import type { Loop } from "../../../src/work/loop.ts";
import { aRoute } from "../../artifacts/sightings.ts";
import { useSqliteFile } from "../../store/sqlite-file.ts";
import { createLogLines } from "../../support/log-lines.ts";
import { createManualClock } from "../../support/manual-clock.ts";
import { aConfig } from "../../support/registry-config.ts";

const file = useSqliteFile();

it("the kill switch is told once each time it is turned, over a restart and by whichever replica sees it", async () => {
  const { store } = await file.open();
  const { now } = createManualClock();
  const loops: Loop[] = [];
  let isOn = true;
  const config = () => ({ ...aConfig(), routes: [aRoute({ to: ["slack:C1", "teams-workflow:ops"] })] });
  const look = async () => {
    const { log } = createLogLines();
    // It sleeps once it has looked.
    await new Promise<void>((hasLooked) => {
      const sleep = async () => hasLooked();
      const loop = createHaltLoop({ isHalted: async () => isOn, config, store, clock: { now, sleep }, log });
      loop.start();
      loops.push(loop);
    });
    await Promise.all(loops.splice(0).map((loop) => loop.stop()));
  };
  const told = async () =>
    (await store.messagesOf(haltSubject)).map(
      ({ incarnation, slot, channel }) => `${incarnation} ${slot} ${channel}`,
    );
  const first = ["1 halt:on slack:C1", "1 halt:on teams-workflow:ops"];
  await Promise.all([look(), look()]);
  await look();
  expect(await told()).toEqual(first);
  isOn = false;
  for (let round = 0; round < 2; round += 1) await look();
  expect((await told()).sort()).toEqual(
    ["1 halt:off slack:C1", "1 halt:off teams-workflow:ops", ...first].sort(),
  );
  isOn = true;
  await look();
  expect((await told()).filter((one) => one.startsWith("2 "))).toEqual(
    first.map((one) => one.replace("1", "2")),
  );
});
