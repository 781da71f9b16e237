import { afterAll, expect, it } from "vitest";
import { cast } from "../../demo/cast.ts";
import { countUndecided } from "../contract/claim-work.ts";
import { openStage, releases, textOf } from "../support/stage.ts";

const newcomer = "U0NEW00001";
const guest = "U0NEW00002";

const stage = await openStage({
  world: {
    slack: {
      users: [
        ...cast.people.map(({ roles, ...user }) => user),
        { id: newcomer, name: "nora" },
        { id: guest, name: "gil", is_restricted: true },
      ],
      groups: [{ id: "S0DEPLOYER", handle: "deployers", users: [newcomer, guest] }],
    },
  },
  overrides: {
    roles: {
      deployer: { slack: ["S0DEPLOYER"] },
      "release-manager": { slack: ["U0MAYA0001"] },
    },
  },
});
afterAll(() => stage.close());
await stage.until(async () => (await stage.bot.store.listGroups()).length > 0);

/** Presses and submits while Slack does not say who somebody is. */
async function askWhileUnknown(repository: string, user: string) {
  const { digest } = await stage.push({ repository, tag: "1" });
  const card = await stage.card(`${repository}:1`, ({ buttons }) => buttons.includes("acr:deploy"));
  const silent = stage.world.slack.fault({ method: "users.info", status: 0, mode: "hang", count: 100 });
  const pressed = await stage.press(card.ts, "acr:deploy", user);
  if (pressed.kind !== "dialog") throw new Error(pressed.said);
  const submitted = await stage.submit(pressed.view, "let me", user);
  expect(submitted.outcome).toBe("updated");
  expect(JSON.stringify(stage.world.slack.views())).toContain("Recorded; the outcome will show on the card.");
  expect(await countUndecided(stage.bot.store)).toBe(1);
  expect(stage.tagOf(repository, "staging")).toBeUndefined();
  silent.release();
  return digest;
}

it("somebody whom Slack has not told of is decided when it has: a member's deploy is done then", async () => {
  const digest = await askWhileUnknown("shop/member", newcomer);
  await stage.until(() => stage.tagOf("shop/member", "staging") === digest);
  expect(await countUndecided(stage.bot.store)).toBe(0);
});

it("and a guest's is refused then, told privately, audited, and nothing was changed", async () => {
  const digest = await askWhileUnknown("shop/guest", guest);
  const told = await stage.until(() =>
    stage.world.slack.ephemerals().find((one) => one.user === guest && one.channel === releases),
  );
  expect(textOf(told)).toContain("Only members of Contoso can use this bot");
  expect((await stage.audit()).find((entry) => entry.digest === digest)).toMatchObject({
    outcome: "refused",
    rule: "membership",
    who: { userId: guest },
  });
  expect(await stage.bot.store.listOperations(10)).toHaveLength(1);
  expect(stage.tagOf("shop/guest", "staging")).toBeUndefined();
});

it("somebody of whom Slack knows nothing gets nothing, ever", async () => {
  await stage.push({ repository: "shop/nobody", tag: "1" });
  stage.world.slack.fault({ method: "users.info", status: 200, error: "user_not_found", count: 100 });
  const said = await stage.command("/acr deploy shop/nobody:1 to staging", "U0TOMAS001");
  expect(said).toContain("Only members of Contoso");
  expect(stage.tagOf("shop/nobody", "staging")).toBeUndefined();
});
