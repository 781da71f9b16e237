import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { lena, maya, openStage, releases, textOf } from "../support/stage.ts";

const stage = await openStage();
afterAll(() => stage.close());

const image = "shop/checkout:1.4.3";
let digest: string;
beforeAll(async () => {
  ({ digest } = await stage.push({ repository: "shop/checkout", tag: "1.4.3" }));
  await stage.card(image, ({ buttons }) => buttons.includes("acr:deploy"));
});

const operations = async () => (await stage.bot.store.listOperations(50)).length;

/** Types it, and holds that it asked for nothing. */
async function without(typed: string): Promise<string> {
  const before = await operations();
  const said = await stage.command(typed);
  expect(await operations()).toBe(before);
  return said;
}

describe("a command that asks for a plan only plans", () => {
  it.each([
    "to staging --dry-run",
    "to staging --plan=true",
    "to staging — plan",
    "to staging —plan",
    "to staging because of a hotfix --plan",
  ])("deploy … %s", async (behind) => {
    expect(await without(`/acr deploy ${image} ${behind}`)).toContain("Plan: Deploy");
  });

  it("is not cut off behind a long reason", async () => {
    expect(await without(`/acr deploy ${image} to staging ${"x".repeat(3_000)} --plan`)).toContain(
      "too long",
    );
    const long = `/acr deploy ${image} to staging because ${"x ".repeat(230)}--plan`;
    expect(await without(long)).toContain("Plan: Deploy");
  });
});

describe("a command with words that it does not take is refused", () => {
  it.each([
    ["to staging plan", `Did you mean \`/acr deploy ${image} to staging --plan\`?`],
    ["to staging --noop", "no option `--noop`"],
    ["to staging --when-possible", "no option `--when-possible`"],
    ["to staging because tests pass --when-possible", "no option `--when-possible`"],
    ["to staging when possible", "I don't know what to do with"],
    ["to staging and production", "One at a time"],
    ["to staging hotfix for payments", "because hotfix for payments"],
    ["to staging --breakglass the shop is down", "did you mean `--break-glass`?"],
    ["to staging because it is down --break-glass", "before the reason"],
    ["to stagingg", "I don't know a target"],
  ])("deploy … %s", async (behind, words) => {
    expect(await without(`/acr deploy ${image} ${behind}`)).toContain(words);
  });

  it("an image without a version, with the newest tags", async () => {
    const said = await without("/acr deploy shop/checkout to staging");
    expect(said).toContain("Which version");
    expect(said).toContain("`1.4.3`");
  });

  it("a verb that is none never leads to one that acts", async () => {
    expect(await without("/acr logs")).not.toContain("Did you mean");
    expect(await without(`/acr deplyo ${image} to staging`)).not.toContain("Did you mean");
  });
});

describe("what clients and people make of a command is read as meant", () => {
  it.each([
    `deploy "${image}" to staging`,
    `deploy “${image}” to staging`,
    `*deploy* ${image} to staging`,
    `deploy contoso.azurecr.io:443/${image} to staging`,
    `deploy ${image} to Staging`,
    `Deploy ${image} to staging.`,
    `please deploy ${image} to staging`,
    `, deploy ${image} to staging`,
  ])("%s", async (typed) => {
    const where = stage.world.registry.loginServer;
    const said = await without(`/acr ${typed.replace("contoso.azurecr.io", where)} --plan`);
    expect(said).toContain("Plan: Deploy shop/checkout:1.4.3 to staging");
  });

  it("an image by the digest that its card shows", async () => {
    const short = digest.slice(0, 19);
    for (const typed of [short, short.slice(7), `shop/checkout@${short.slice(7)}`, `shop/checkout@${short}`])
      expect(await stage.command(`/acr show ${typed}`)).toContain(digest);
    expect(await stage.command("/acr show sha256:000000")).toContain("I know no image with the digest");
  });
});

describe("a tag beside a digest", () => {
  it("of another image is refused with both named, and holds where it is right", async () => {
    const { digest: other } = await stage.push({ repository: "shop/checkout", tag: "1.4.4" });
    await stage.card("shop/checkout:1.4.4", ({ buttons }) => buttons.includes("acr:deploy"));
    const said = await without(`/acr deploy shop/checkout:1.4.4@${digest} to staging`);
    for (const name of ["shop/checkout:1.4.4", other.slice(0, 19), digest.slice(0, 19)])
      expect(said).toContain(name);
    expect(await without(`/acr deploy shop/checkout:9.9.9@${digest} to staging`)).toContain("is no tag");
    expect(await without(`/acr deploy ${image}@${digest.slice(0, 19)} to staging --plan`)).toContain(
      "Plan: Deploy",
    );
  });
});

it("a link of Azure's portal is the image that it shows", async () => {
  const { resourceId } = stage.world.registry;
  const page = "https://portal.azure.com/#view/Microsoft_Azure_ContainerRegistries/TagMetadataBlade";
  const typed = `${page}/registryId/${encodeURIComponent(resourceId)}/repositoryName/shop%2Fcheckout/tag/1.4.3`;
  expect(await stage.command(`/acr show <${typed}>`)).toContain(`Digest \`${digest}`);
});

describe("a name that fits two images", () => {
  it("is asked about, both written out", async () => {
    await stage.push({ repository: "web", tag: "1.0" });
    await stage.push({ repository: "contoso/web", tag: "1.0" });
    await stage.until(
      async () => (await stage.bot.store.findTag("contoso", "contoso/web", "1.0")) !== undefined,
    );
    const said = await without("/acr deploy contoso/web:1.0 to staging");
    expect(said).toContain("Which of the two?");
    const server = stage.world.registry.loginServer;
    for (const name of ["web:1.0", "contoso/web:1.0"]) expect(said).toContain(`${server}/${name}`);
    // Where one of them is there alone, it is the one.
    for (const typed of [`contoso/${image}`, `contoso/shop/checkout@${digest}`])
      expect(await stage.command(`/acr show ${typed}`)).toContain(`Digest \`${digest}`);
  });
});

it.each(["promote IMAGE to staging", "deploy IMAGE to staging staging", "rollback staging to 1.4.2"])(
  "a place is never taken for a reason: %s",
  async (typed) => {
    expect(await without(`/acr ${typed.replace("IMAGE", image)}`)).not.toContain("Did you mean");
  },
);

describe("going back, and setting again", () => {
  const digests = new Map<string, string>();
  beforeAll(async () => {
    for (const version of ["5.0.0", "5.1.0", "5.2.0"]) {
      const pushed = await stage.push({ repository: "shop/roll", tag: version });
      digests.set(version, pushed.digest);
      await stage.card(`shop/roll:${version}`, ({ buttons }) => buttons.includes("acr:deploy"));
      await stage.command(`/acr deploy shop/roll:${version} to staging`);
      await stage.card(`shop/roll:${version}`, ({ text }) => text.includes("Live on staging"));
    }
  });

  it("redeploy takes only what runs", async () => {
    const said = await without("/acr redeploy staging shop/roll:5.0.0 --plan");
    expect(said).toContain("it runs `5.2.0`");
    expect(said).toContain("deploy shop/roll:5.0.0 to staging");
    expect(await without("/acr redeploy staging shop/roll:5.2.0 --plan")).toContain("Plan: Redeploy");
  });

  it("rollback refuses a version that was never there, with those that fit", async () => {
    await stage.push({ repository: "shop/roll", tag: "4.0.0" });
    await stage.card("shop/roll:4.0.0", ({ buttons }) => buttons.includes("acr:deploy"));
    const said = await without("/acr rollback staging shop/roll:4.0.0");
    expect(said).toContain("You can go back to `5.1.0`, `5.0.0`");
  });

  it("rollback goes to the version that was named", async () => {
    await stage.command("/acr rollback staging shop/roll:5.0.0 because 5.1.0 and 5.2.0 leak memory");
    await stage.until(() => stage.tagOf("shop/roll", "staging") === digests.get("5.0.0"));
    const [last] = await stage.bot.store.listOperations(1);
    expect(last).toMatchObject({ kind: "rollback", reason: "5.1.0 and 5.2.0 leak memory" });
  });

  it("a repository may be left out, or have its registry before it", async () => {
    for (const typed of ["redeploy staging", "redeploy staging contoso/shop/roll"])
      expect(await without(`/acr ${typed} --plan`)).toContain("Plan: Redeploy");
  });

  it("a repository may be left out only where the target has one", async () => {
    expect(await without("/acr rollback production --plan")).toMatch(/Which repository|don't know a target/);
  });
});

describe("a time for a lock", () => {
  it.each([
    "db migration for 2 hours",
    "for 2h db migration",
    "2h db migration",
    "because db migration for 2h",
  ])("lock staging %s", async (behind) => {
    await stage.world.slack.command({
      channel: releases,
      user: maya,
      text: `/acr lock staging ${behind}`,
    });
    const lock = await stage.until(async () => (await stage.bot.store.listStanding("lock"))[0]);
    expect(lock.reason).toBe("db migration");
    expect((lock.until ?? 0) - lock.at).toBe(2 * 3_600_000);
    await stage.world.slack.command({
      channel: releases,
      user: maya,
      text: "/acr unlock staging",
    });
    await stage.until(async () => (await stage.bot.store.listStanding("lock")).length === 0);
  });

  it("that is not understood locks nothing", async () => {
    const said = await stage.command("/acr lock staging db migration until the tests pass");
    expect(said).toContain("I don't understand the time");
    expect(await stage.bot.store.listStanding("lock")).toEqual([]);
  });
});

describe("one message in Slack is one command", () => {
  const start = Math.floor(Date.now() / 1_000) - 60;
  const sentAt = (second: number) => `${start + second}.000100`;
  const mention = (text: string, ts: string, more: object = {}, eventId = `Ev${ts}${text.length}`) =>
    stage.world.slack.event(
      "app_mention",
      { ...{ user: maya, channel: releases, team: stage.world.slack.team.id }, text, ts, ...more },
      { eventId },
    );
  const us = `<@${stage.world.slack.bot.userId}>`;
  const edited = { edited: { user: maya, ts: sentAt(50) } };

  it("an edit of one that acted does not act again, under whatever id it comes", async () => {
    const text = (word: string) => `${us} deploy ${image} to staging ${word} hotfix`;
    const before = await operations();
    await mention(text("because"), sentAt(0), {}, "Ev0001");
    await stage.until(async () => (await operations()) === before + 1);
    for (const eventId of ["Ev0003", "Ev0003"])
      await mention(text("because of the"), sentAt(0), edited, eventId);
    await mention(`${us} show ${image}`, sentAt(1), {}, "Ev0004");
    await stage.until(() =>
      stage.world.slack.ephemerals().some((one) => textOf(one).includes(`Digest \`${digest}`)),
    );
    expect(await operations()).toBe(before + 1);
    const words = stage.world.slack.ephemerals().filter((one) => textOf(one).includes("don't act on edits"));
    expect(words).toMatchObject([{ user: maya, channel: releases }]);
  });

  it("an edit of what somebody wrote days ago does not act, even where the mention is new", async () => {
    const before = await operations();
    const words = () =>
      stage.world.slack.ephemerals().filter((one) => textOf(one).includes("don't act on edits")).length;
    const told = words();
    const ts = String((stage.clock.now() - 2 * 24 * 3_600_000) / 1_000);
    await mention(`${us} deploy ${image} to staging`, ts, edited, "Ev0031");
    await stage.until(() => words() > told);
    expect(await operations()).toBe(before);
  });

  it("an edit of a direct message is told that it does not act, once", async () => {
    await stage.world.slack.directMessage({ user: maya, text: "approvals" });
    const direct = () =>
      Object.entries(stage.world.slack.snapshot().channels).filter(([id]) => id.startsWith("D"));
    const [channel = ""] = await stage.until(() => direct()[0]);
    const told = () => direct().flatMap(([, all]) => all.filter((one) => textOf(one).includes("on edits")));
    const message = { user: maya, text: `deploy ${image} to staging`, ts: sentAt(70) };
    const changed = {
      ...{ channel, channel_type: "im", subtype: "message_changed", ts: sentAt(71) },
      previous_message: { ...message, text: `show ${image}` },
    };
    const before = await operations();
    // A link's picture changes a message, too.
    await stage.world.slack.event("message", { ...changed, message, previous_message: message });
    for (const eventId of ["Ev0041", "Ev0042"])
      await stage.world.slack.event(
        "message",
        { ...changed, message: { ...message, ...edited } },
        { eventId },
      );
    await stage.until(() => told().length > 0);
    await stage.world.slack.directMessage({ user: maya, text: "tags shop/roll" });
    await stage.until(() =>
      direct().some(([, all]) => all.some((one) => textOf(one).includes("Tags of shop/roll"))),
    );
    expect(told()).toHaveLength(1);
    expect(await operations()).toBe(before);
  });

  it("whom a reason mentions is named there, and called by nothing that the bot says", async () => {
    await stage.world.slack.command({ channel: releases, user: lena, text: "/acr help" });
    const text = `${us} deploy ${image} to staging because <@${lena}> and <@U0NOBODY01> asked <!channel>`;
    await mention(text, sentAt(5), {}, "Ev0051");
    const reason = "@Lena_Okafor and @U0NOBODY01 asked @channel";
    const operation = await stage.until(async () =>
      (await stage.bot.store.listOperations(5)).find((one) => one.reason?.startsWith("@") === true),
    );
    expect(operation.reason).toBe(reason);
    const card = await stage.card(image, ({ text: said }) => said.includes("Live on staging"));
    await stage.until(() => JSON.stringify(stage.world.slack.snapshot().channels).includes("@Lena"));
    const said = JSON.stringify(stage.world.slack.messages(releases).filter(({ user }) => user !== maya));
    for (const call of [`<@${lena}>`, "<!channel>", "<@U0NOBODY01>"]) expect(said).not.toContain(call);
    expect(card.ts).toBeDefined();
  });

  it("an edit that adds the mention counts once", async () => {
    const said = () =>
      stage.world.slack.ephemerals().filter((one) => textOf(one).includes("Approvals")).length;
    const before = said();
    for (const eventId of ["Ev0005", "Ev0006"]) await mention(`${us} approvals`, sentAt(2), edited, eventId);
    await stage.until(() => said() > before);
    await mention(`${us} tags shop/checkout`, sentAt(3));
    await stage.until(() =>
      stage.world.slack.ephemerals().some((one) => textOf(one).includes("Tags of shop")),
    );
    expect(said()).toBe(before + 1);
  });

  it("a reply that is also sent to the channel, and a message with a file, are answered", async () => {
    const { ts: thread_ts } = await stage.card(image);
    await mention(`${us} tags shop/roll`, sentAt(60), { subtype: "thread_broadcast", thread_ts });
    await stage.until(() => stage.world.slack.ephemerals().some((one) => one.thread_ts === thread_ts));
    const direct = () =>
      Object.entries(stage.world.slack.snapshot().channels).filter(([id]) => id.startsWith("D"));
    await stage.world.slack.directMessage({ user: maya, text: "approvals" });
    const [channel] = await stage.until(() => direct()[0]);
    await stage.world.slack.event("message", {
      ...{ channel_type: "im", subtype: "file_share", files: [{ id: "F1", name: "s.png" }], user: maya },
      ...{ channel, ts: sentAt(61), text: `show ${image}`, team: stage.world.slack.team.id },
    });
    await stage.until(() =>
      direct().some(([, messages]) => messages.some((one) => textOf(one).includes(digest))),
    );
  });
});
