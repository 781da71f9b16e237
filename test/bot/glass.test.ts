import { afterAll, describe, expect, it } from "vitest";
import { releases as teamsReleases, wordsOf } from "../support/on-teams.ts";
import { maya, releases, textOf } from "../support/stage.ts";
import { ola, openApprovalStage } from "./with-approvals.ts";

const stage = await openApprovalStage();
afterAll(() => stage.close());

async function pushed(repository: string) {
  const { digest } = await stage.push({ repository, tag: "1" });
  const card = await stage.card(`${repository}:1`, ({ buttons }) => buttons.includes("acr:deploy:2"));
  return { digest, card };
}

/** Messages that tell of broken glass, in Slack. */
const told = (repository: string) =>
  stage.world.slack
    .messages(releases)
    .filter(
      (one) => one.thread_ts === undefined && /glass/i.test(textOf(one)) && textOf(one).includes(repository),
    );

function values(reason: string, glass: string) {
  return { reason: { value: { value: reason } }, glass: { value: { selected_option: { value: glass } } } };
}

describe("breaking the glass", () => {
  it("in the dialog goes past order and approvals, with a reason, and is announced twice", async () => {
    const { digest, card } = await pushed("shop/burning");
    const refused = await stage.press(card.ts, "acr:deploy:2", maya);
    expect(refused).toMatchObject({ kind: "private", said: expect.stringContaining("only after staging") });
    const pressed = await stage.press(card.ts, "acr:deploy:2", ola);
    if (pressed.kind !== "dialog") throw new Error(pressed.said);
    const { id: viewId } = pressed.view;
    // Why it is refused without is the first thing that the dialog says.
    expect(JSON.stringify(pressed.view)).toContain("⛔ You need the role");
    const submit = (reason: string, glass: string) =>
      stage.world.slack.submit({ viewId, user: ola, values: values(reason, glass) });
    expect(await submit("", "break")).toMatchObject({ outcome: "errors" });
    await submit("shop is down", "break");
    await stage.until(() => stage.tagOf("shop/burning", "production") === digest);
    const twice = await stage.until(() =>
      told("shop/burning").length > 1 ? told("shop/burning") : undefined,
    );
    expect(twice).toHaveLength(2);
    expect(textOf(twice[0] ?? { text: "", blocks: [] })).toContain("shop is down");
    await stage.until(() =>
      stage.teams.world
        .messages(teamsReleases)
        .some((one) => one.replyToId === undefined && /glass/i.test(wordsOf(one))),
    );
    expect(
      (await stage.audit()).find(({ what, outcome }) => what === "deploy" && outcome === "allowed"),
    ).toMatchObject({
      detail: "break-glass: shop is down",
      who: { userId: ola },
    });
  });

  it("by command needs the flag, the role and a reason; a phone's dash is understood", async () => {
    const { digest } = await pushed("shop/typed-glass");
    const typed = "/acr deploy shop/typed-glass:1 to production";
    expect(await stage.command(`${typed} --break-glass because no time`)).toContain(
      "break the glass on production",
    );
    expect(await stage.command(`${typed} —break-glass`, ola)).toContain("needs a reason");
    expect(await stage.command(typed, ola)).toContain("need the role");
    expect(stage.tagOf("shop/typed-glass", "production")).toBeUndefined();
    expect(await stage.command(`${typed} —break-glass because shop is down`, ola)).toContain("asked");
    await stage.until(() => stage.tagOf("shop/typed-glass", "production") === digest);
  });
});

it("what is asked for privately, of an image without a card, gets one where its pushes would be announced", async () => {
  const { registry, slack } = stage.world;
  registry.setWebhook({ name: "chatops", serviceUri: "http://127.0.0.1:9/", status: "disabled" });
  const { digest } = registry.push({ repository: "shop/unheard", tag: "1" });
  stage.world.connectBot(stage.bot.publicAddress);
  const text = "deploy shop/unheard:1 to production --break-glass because nobody looks";
  await slack.directMessage({ user: ola, text });
  await stage.until(() => stage.tagOf("shop/unheard", "production") === digest);
  await stage.card("shop/unheard:1", ({ text: said }) => said.includes("Live on production"));
  await stage.until(() => told("shop/unheard").length === 2);
});
