import { afterAll, afterEach, describe, expect, it } from "vitest";
import { openStage, releases } from "../support/stage.ts";

const stage = await openStage();
const { registry } = stage.world;
afterEach(() => registry.clearFaults());
afterAll(() => stage.close());

const deployable = ({ buttons }: { readonly buttons: readonly string[] }) => buttons.includes("acr:deploy");
const blocksOf = (ts: string) =>
  JSON.stringify(stage.world.slack.messages(releases).find((one) => one.ts === ts)?.blocks);
const labels = { "org.opencontainers.image.source": "https://github.com/contoso/shop" };

describe("where the storage of the registry's blobs is closed", () => {
  it("an image is verified and deployed without its labels, and gets them once it is open", async () => {
    registry.fault({ match: "GET ~/blobs/", mode: "hang", count: 1_000 });
    await stage.push({ repository: "shop/closed", tag: "1", labels });
    const { ts } = await stage.card("shop/closed:1", deployable);
    await stage.until(() => blocksOf(ts)?.includes("labels not readable"));
    await stage.act(ts, "acr:deploy");
    await stage.card("shop/closed:1", ({ text }) => text.includes("Live on staging"));
    registry.clearFaults();
    await stage.leap(90_000);
    await stage.until(() => blocksOf(ts)?.includes("github.com/contoso/shop"));
    expect(blocksOf(ts)).not.toContain("labels not readable");
  });
});

describe("where a captive portal answers in the registry's place", () => {
  it("an image is unverified for as long, and never mismatched", async () => {
    const page = { headers: { "Content-Type": "text/html" }, body: "<html>Sign in</html>" };
    registry.fault({ match: "GET /", status: 200, ...page, count: 1_000 });
    await stage.push({ repository: "shop/portal", tag: "1" });
    const { ts } = await stage.card("shop/portal:1", ({ text }) => text.includes("Unverified"));
    await stage.until(() => blocksOf(ts)?.includes("a web page (status 200) came in place of its answer"));
    registry.clearFaults();
    await stage.leap(90_000);
    await stage.card("shop/portal:1", deployable);
  });
});
