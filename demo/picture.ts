import { mkdir } from "node:fs/promises";
import { dirname } from "node:path";
import { fileURLToPath } from "node:url";
import { type Browser, chromium, type Locator, type Page } from "playwright-core";
import { type Demo, runDemo } from "./run.ts";

const file = fileURLToPath(new URL("../docs/images/demo.png", import.meta.url));
const browserOptions = {
  executablePath: "/usr/bin/chromium",
  args: ["--no-sandbox", "--disable-gpu", "--font-render-hinting=none", "--disable-lcd-text"],
};
// 2064 × 1356 pixels: both chats with both cards, sharp at the README's width, and under 450 KB.
const screen = { viewport: { width: 1720, height: 1130 }, deviceScaleFactor: 1.2 };
const hourShown = 10;

/** Plays the README's story in the demo, by clicking, and takes its picture. */
async function takePicture(): Promise<void> {
  const demo = await runDemo({ port: 0, registryPort: 0, logLevel: "error" });
  let browser: Browser | undefined;
  try {
    browser = await chromium.launch(browserOptions);
    const page = await browser.newPage({ ...screen, timezoneId: zoneWhereItIs(hourShown) });
    await page.goto(demo.pageAddress);
    await play(page, demo);
    await mkdir(dirname(file), { recursive: true });
    await page.screenshot({ path: file, animations: "disabled" });
  } finally {
    await browser?.close();
    await demo.stop();
  }
}

/** One image goes live on staging, by a dialog in Teams; the next waits in quarantine. Slack shows the same. */
async function play(page: Page, { world }: Demo): Promise<void> {
  world.registry.push({ repository: "shop/checkout", tag: "1.4.2", sizeBytes: 34_000_000 });
  const slack = cardOf(page, "message", "shop/checkout:1.4.2");
  const teams = cardOf(page, "teams-message", "shop/checkout:1.4.2");
  await slack.waitFor();
  await teams.getByTestId("teams-action-deploy-to-staging").click();
  await page.getByTestId("teams-dialog").locator("textarea").fill("VAT rounding fix, see SHOP-4127");
  await page.getByTestId("teams-dialog-submit").click();
  await teams.filter({ hasText: "Live on staging" }).waitFor();
  await teams.locator(".teams-replies").filter({ hasText: "Deployed to staging" }).waitFor();
  await slack.filter({ hasText: "Live on staging" }).waitFor();

  world.registry.setQuarantinePolicy(true);
  world.registry.push({
    repository: "shop/cart",
    tag: "2.0.0",
    platforms: ["linux/amd64", "linux/arm64"],
    sizeBytes: 21_000_000,
  });
  await cardOf(page, "message", "shop/cart:2.0.0").getByTestId("action-acr:release").waitFor();
  await cardOf(page, "teams-message", "shop/cart:2.0.0").getByTestId("teams-action-release").waitFor();
  await page.getByTestId("composer").fill("/acr ping");
  await page.keyboard.press("Enter");
  await page.getByTestId("ephemeral").filter({ hasText: "chatops" }).waitFor();
  await world.registry.settled();
  // Nothing is pointed at, and nothing has the focus.
  await page.mouse.move(700, 10);
  await page.evaluate("document.activeElement?.blur?.()");
}

/** A time zone in which it is that hour now, so that the picture is of a working day. */
function zoneWhereItIs(hour: number): string {
  const ahead = ((hour - new Date().getUTCHours() + 36) % 24) - 12;
  // In these names the sign is the other way round.
  return `Etc/GMT${ahead > 0 ? "-" : "+"}${Math.abs(ahead)}`;
}

function cardOf(page: Page, testId: "message" | "teams-message", title: string): Locator {
  return page.getByTestId(testId).filter({ hasText: title }).first();
}

await takePicture();
