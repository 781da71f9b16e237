import { afterAll, describe, expect, it } from "vitest";
import { maya, openStage, releases, textOf, tomas } from "../support/stage.ts";

const repository = "shop/checkout";
let first: string;
let second: string;

const stage = await openStage();
afterAll(() => stage.close());

function threadOf(ts: string): readonly string[] {
  return stage.world.slack
    .messages(releases)
    .filter((message) => message.thread_ts === ts && message.ts !== ts)
    .map(textOf);
}

const isLive = ({ text }: { readonly text: string }) => text.includes("Live on staging");

/** The manifest of a digest as the registry holds it. */
function manifestOf(digest: string) {
  return stage.world.registry.snapshot().repositories[repository]?.manifests[digest];
}

describe("the story of one image", () => {
  it("① received ② recorded ③ folded and routed ④ rendered ⑤ delivered ⑥ decided at a click ⑦ operated", async () => {
    // ① ② The registry calls once, and is answered when the event is on disk.
    const { digest } = await stage.push({ repository, tag: "1.4.2" });
    first = digest;
    const answers = stage.world.registry.deliveries();
    expect(answers.map(({ action, statusCode }) => `${action} ${statusCode}`)).toContain("push 200");

    // ③ ④ ⑤ One card, confirmed by the registry.
    const card = await stage.card(`${repository}:1.4.2`, ({ buttons }) => buttons.includes("acr:deploy"));
    expect(card.text).toBe("shop/checkout:1.4.2 in contoso: Pushed");
    expect(card.buttons).toEqual(["acr:deploy", "acr:details", "acr:link"]);

    // ⑥ A click asks; what is submitted is decided and on disk before Slack gets its answer.
    const pressed = await stage.press(card.ts, "acr:deploy");
    if (pressed.kind !== "dialog") throw new Error(pressed.said);
    expect(textOf({ text: "", blocks: pressed.view.blocks })).toContain("Deploy to staging");
    expect((await stage.submit(pressed.view, "for the demo")).outcome).toBe("closed");
    const asked = (await stage.audit()).find(({ outcome }) => outcome === "allowed");
    expect(asked).toMatchObject({ what: "deploy", digest, target: "staging", detail: "for the demo" });
    expect(asked).toMatchObject({ rule: "targets.staging.allow.deploy: deployer", who: { userId: maya } });

    // ⑦ The same bytes under the target's tag; the card and its thread say so.
    const live = await stage.card(`${repository}:1.4.2`, isLive);
    expect(live.ts).toBe(card.ts);
    expect(live.buttons).toEqual(["acr:redeploy", "acr:details", "acr:link"]);
    expect(stage.tagOf(repository, "staging")).toBe(digest);
    const [reply] = await stage.until(() => threadOf(card.ts).length > 0 && threadOf(card.ts));
    expect(reply).toContain("Deployed to staging");
    expect(reply).toContain(`<@${maya}>`);
    const [done] = await stage.audit();
    expect(done).toMatchObject({ outcome: "succeeded", digestAfter: digest });
    expect(done?.operationId).toBe(asked?.operationId);
  });

  it("shows an operation that waits, runs and is done on the card that it was asked from", async () => {
    const { registry } = stage.world;
    const { digest } = await stage.push({ repository, tag: "1.5.0" });
    second = digest;
    const card = await stage.card(`${repository}:1.5.0`, ({ buttons }) => buttons.includes("acr:deploy"));
    registry.fault({ match: `PUT /v2/${repository}/manifests/staging`, delayMs: 1_500 });
    const submitted = await stage.act(card.ts, "acr:deploy");
    expect(submitted.outcome).toBe("closed");
    const running = await stage.card(`${repository}:1.5.0`, ({ text }) =>
      text.includes("Deploying to staging"),
    );
    expect(running.ts).toBe(card.ts);
    expect(running.buttons).not.toContain("acr:deploy");
    await stage.card(`${repository}:1.5.0`, isLive);
    expect(stage.tagOf(repository, "staging")).toBe(second);
    // What it took the place of is told on the older card.
    await stage.card(`${repository}:1.4.2`, ({ text }) => !isLive({ text }));
  });

  it("rolls back to the digest that was there before", async () => {
    const card = await stage.card(`${repository}:1.5.0`, ({ buttons }) => buttons.includes("acr:rollback"));
    await stage.act(card.ts, "acr:rollback", "smoke test failed");
    await stage.card(`${repository}:1.4.2`, isLive);
    expect(stage.tagOf(repository, "staging")).toBe(first);
    await stage.until(() => threadOf(card.ts).some((reply) => reply.includes("Rolled back staging")));
  });

  it("sets the same digest again on a redeploy", async () => {
    const card = await stage.card(`${repository}:1.4.2`, ({ buttons }) => buttons.includes("acr:redeploy"));
    await stage.act(card.ts, "acr:redeploy");
    await stage.until(() => threadOf(card.ts).some((reply) => reply.includes("Redeployed on staging")));
    expect(stage.tagOf(repository, "staging")).toBe(first);
    expect((await stage.audit())[0]).toMatchObject({ what: "redeploy", outcome: "succeeded", digest: first });
  });

  it("releases a quarantined image with a reason, by the documented details, and then deploys it", async () => {
    stage.world.registry.setQuarantinePolicy(true);
    const { digest } = await stage.push({ repository, tag: "2.0.0" });
    const held = await stage.card(`${repository}:2.0.0`, ({ buttons }) => buttons.includes("acr:release"));
    expect(held.text).toBe("shop/checkout:2.0.0 in contoso: Quarantined, waits for a decision");
    expect(held.buttons).toEqual(["acr:release", "acr:reject", "acr:details", "acr:link"]);

    const pressed = await stage.press(held.ts, "acr:release");
    if (pressed.kind !== "dialog") throw new Error(pressed.said);
    const without = await stage.submit(pressed.view);
    expect(without).toMatchObject({ outcome: "errors" });
    expect(manifestOf(digest)?.quarantineState).not.toBe("Passed");
    expect((await stage.submit(pressed.view, "scanned by hand, CVE list is empty")).outcome).toBe("closed");

    const released = await stage.card(`${repository}:2.0.0`, ({ buttons }) => buttons.includes("acr:deploy"));
    expect(released.ts).toBe(held.ts);
    expect(released.text).toContain("Released");
    expect(manifestOf(digest)?.quarantineState).toBe("Passed");
    const details: unknown = JSON.parse(manifestOf(digest)?.quarantineDetails ?? "{}");
    expect(details).toMatchObject({ state: expect.any(String), result: { version: expect.any(String) } });
    expect(JSON.stringify(details)).toContain("scanned by hand");

    await stage.act(released.ts, "acr:deploy");
    await stage.card(`${repository}:2.0.0`, isLive);
    expect(stage.tagOf(repository, "staging")).toBe(digest);
  });

  it("keeps a rejected image out, with no way to deploy it", async () => {
    const { digest } = await stage.push({ repository, tag: "2.1.0" });
    const held = await stage.card(`${repository}:2.1.0`, ({ buttons }) => buttons.includes("acr:reject"));
    await stage.act(held.ts, "acr:reject", "CVE-2027-1234 in openssl");
    const rejected = await stage.card(`${repository}:2.1.0`, ({ text }) => text.includes("Rejected"));
    expect(manifestOf(digest)?.quarantineState).toBe("Failed");
    expect(rejected.buttons).not.toContain("acr:deploy");
    expect(await stage.command(`/acr deploy ${repository}@${digest} to staging`)).toContain("was rejected");
    expect(stage.tagOf(repository, "staging")).not.toBe(digest);
    stage.world.registry.setQuarantinePolicy(false);
  });

  it("announces a delete with the tags that the image had, and takes its buttons away", async () => {
    const { digest } = await stage.push({ repository, tag: "3.0.0" });
    const card = await stage.card(`${repository}:3.0.0`, ({ buttons }) => buttons.includes("acr:deploy"));
    stage.world.registry.setTag(repository, "3.0", digest);
    await stage.until(
      async () => (await stage.bot.store.tagsOf({ registry: "contoso", repository, digest })).length === 2,
    );
    stage.world.registry.delete({ repository, digest });
    const gone = await stage.card(`${repository}:3.0`, ({ text }) => text.includes("Deleted"));
    expect(gone.ts).toBe(card.ts);
    expect(gone.buttons).toEqual([]);
    const shown = stage.world.slack.messages(releases).find(({ ts }) => ts === card.ts);
    expect(textOf(shown ?? { text: "", blocks: [] })).toMatch(/3\.0\.0[\s\S]*3\.0|3\.0[\s\S]*3\.0\.0/);
  });

  it("refuses who has no role, privately, and writes that down", async () => {
    const { digest } = await stage.push({ repository, tag: "4.0.0" });
    const card = await stage.card(`${repository}:4.0.0`, ({ buttons }) => buttons.includes("acr:deploy"));
    const before = stage.tagOf(repository, "staging");
    const pressed = await stage.press(card.ts, "acr:deploy", tomas);
    expect(pressed).toMatchObject({ kind: "private" });
    if (pressed.kind === "private") expect(pressed.said).toContain('You need the role "deployer"');
    expect((await stage.audit())[0]).toMatchObject({ outcome: "refused", digest, who: { userId: tomas } });
    expect(stage.tagOf(repository, "staging")).toBe(before);
  });
});
