import { rm, writeFile } from "node:fs/promises";
import { afterAll, describe, expect, it } from "vitest";
import { maya, openStage, releases, textOf, tomas } from "../support/stage.ts";
import { ola, onStaging, openApprovalStage, withApprovals } from "./with-approvals.ts";

const stage = await openApprovalStage();
afterAll(() => stage.close());

/** Types a command whose answer is for everybody, and gives it. */
async function aloud(text: string, user: string): Promise<string> {
  const before = stage.world.slack.messages(releases).length;
  await stage.world.slack.command({ channel: releases, user, text });
  const said = await stage.until(() =>
    stage.world.slack
      .messages(releases)
      .slice(before)
      .find((one) => one.thread_ts === undefined),
  );
  return textOf(said);
}

describe("lock and unlock", () => {
  it("hold a target for a time, said in the channel and on the card of what runs there", async () => {
    await onStaging(stage, "shop/locked");
    expect(await aloud("/acr lock staging database is moved for 2h", maya)).toMatch(
      /staging is locked[\s\S]*database is moved[\s\S]*<@U0MAYA0001>/,
    );
    const [lock] = await stage.bot.store.listStanding("lock");
    expect(lock).toMatchObject({ reason: "database is moved", by: { userId: maya } });
    expect((lock?.until ?? 0) - (lock?.at ?? 0)).toBe(2 * 60 * 60_000);
    await stage.until(() =>
      stage.world.slack.messages(releases).some((one) => textOf(one).includes("staging is locked by")),
    );
    expect(await stage.command("/acr redeploy staging shop/locked")).toContain("database is moved");
    expect(await stage.command("/acr lock staging me too")).toContain("already");
    expect(await stage.command("/acr unlock staging", tomas)).toContain("need the role");
    expect(await aloud("/acr unlock staging", maya)).toContain("free again");
    expect(await stage.bot.store.listStanding("lock")).toEqual([]);
    expect(await stage.command("/acr redeploy staging shop/locked")).toContain("asked");
  });

  it("end by themselves", async () => {
    await onStaging(stage, "shop/briefly");
    await aloud("/acr lock staging just a moment for 30s", maya);
    stage.clock.advance(31_000);
    expect(await stage.command("/acr redeploy staging shop/briefly")).toContain("asked");
    await aloud("/acr lock staging not for long", maya);
    expect((await stage.bot.store.listStanding("lock"))[0]).toMatchObject({ reason: "not for long" });
    await aloud("/acr unlock staging", maya);
  });

  it("of a target that there is not say so", async () => {
    expect(await stage.command("/acr lock moon why not")).toContain('know a target "moon"');
    expect(await stage.command("/acr lock constructor why not")).toContain("don't know a target");
    expect(await stage.command("/acr lock staging why not for 99d")).toContain("at most 30 days");
  });
});

describe("freeze all and unfreeze", () => {
  it("are for operators, and hold everything", async () => {
    await onStaging(stage, "shop/frozen");
    expect(await stage.command("/acr freeze all stocktaking", maya)).toContain('"operator"');
    expect(await aloud("/acr freeze all stocktaking", ola)).toMatch(/Everything is frozen[\s\S]*stocktaking/);
    expect(await stage.command("/acr redeploy staging shop/frozen")).toContain("stocktaking");
    expect(await aloud("/acr unfreeze", ola)).toContain("free again");
    expect(await stage.command("/acr unfreeze", ola)).toContain("no lock");
    const locks = (await stage.audit()).filter(({ target }) => target === "all");
    expect(locks.map(({ what, outcome }) => `${what} ${outcome}`)).toEqual([
      "unlock refused",
      "unlock allowed",
      "lock allowed",
      "lock refused",
    ]);
  });
});

describe("the kill switch", () => {
  it("is a file: while it is there nothing starts, glass or not, and nobody is asked first", async () => {
    const own = await openStage({
      overrides: ({ directory }) => ({ ...withApprovals, killSwitch: `${directory}/halt` }),
    });
    try {
      const { digest } = await own.push({ repository: "shop/halted", tag: "1" });
      const card = await own.card("shop/halted:1", ({ buttons }) => buttons.includes("acr:deploy"));
      await writeFile(`${own.world.directory}/halt`, "");
      const pressed = await own.press(card.ts, "acr:deploy", maya);
      expect(pressed).toMatchObject({ kind: "private", said: expect.stringContaining("kill switch") });
      expect(await own.command("/acr deploy shop/halted:1 to staging")).toContain("kill switch");
      await rm(`${own.world.directory}/halt`);
      await own.act(card.ts, "acr:deploy", undefined, maya);
      await own.until(() => own.tagOf("shop/halted", "staging") === digest);
    } finally {
      await own.close();
    }
  });
});
