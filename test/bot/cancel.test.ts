import { afterAll, expect, it } from "vitest";
import { maya, openStage, releases, tomas } from "../support/stage.ts";

const stage = await openStage();
afterAll(() => stage.close());

it("what waits in line is cancelled by one click, by who asked for it or may, and only once", async () => {
  const first = await stage.push({ repository: "shop/line", tag: "1" });
  await stage.card("shop/line:1", ({ buttons }) => buttons.includes("acr:deploy"));
  const second = await stage.push({ repository: "shop/line", tag: "2" });
  const { ts } = await stage.card("shop/line:2", ({ buttons }) => buttons.includes("acr:deploy"));
  stage.world.registry.fault({ match: "PUT /v2/shop/line/manifests/staging", status: 503, count: 1_000 });
  await stage.command("/acr deploy shop/line:1 to staging");
  await stage.command("/acr deploy shop/line:2 to staging");
  await stage.card("shop/line:2", ({ buttons }) => buttons.includes("acr:cancel"));
  const refused = await stage.press(ts, "acr:cancel", tomas);
  expect(refused).toMatchObject({ said: expect.stringContaining("need the role") });
  const click = { channel: releases, ts, actionId: "acr:cancel", user: maya };
  const [{ request }] = await Promise.all([stage.world.slack.click(click), stage.world.slack.click(click)]);
  await stage.world.slack.replay(request);
  const isOfSecond = ({ digest }: { readonly digest?: string }) => digest === second.digest;
  const operation = (await stage.bot.store.listOperations(10)).find(isOfSecond);
  expect(operation).toMatchObject({ state: "cancelled", cancelledBy: { userId: maya } });
  stage.world.registry.clearFaults();
  await stage.until(() => stage.tagOf("shop/line", "staging") === first.digest);
  // The card lost the button, and the thread tells of it.
  await stage.card("shop/line:2", ({ buttons }) => !buttons.includes("acr:cancel"));
  await stage.until(() =>
    stage.world.slack
      .messages(releases)
      .some((one) => one.thread_ts === ts && one.ts !== ts && /cancelled/i.test(one.text)),
  );
  const cancels = (await stage.audit()).filter(({ what }) => what === "cancel");
  expect(cancels.map(({ outcome }) => outcome).toSorted()).toEqual(["allowed", "refused", "refused"]);
  expect(stage.tagOf("shop/line", "staging")).toBe(first.digest);
});
