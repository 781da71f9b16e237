import { mkdir } from "node:fs/promises";
import { dirname } from "node:path";
import { fileURLToPath } from "node:url";
import { type Browser, chromium, type Locator, type Page } from "playwright-core";
import { type Demo, runDemo } from "./run.ts";

const pictures = {
  demo: { story: releaseStory, file: fileOf("demo") },
  production: { story: productionStory, file: fileOf("production") },
} as const;
const browserOptions = {
  executablePath: "/usr/bin/chromium",
  args: ["--no-sandbox", "--disable-gpu", "--font-render-hinting=none", "--disable-lcd-text"],
};
// 2064 × 1356 pixels: both chats with both cards, sharp at the README's width, and under 500 KB.
const screen = { viewport: { width: 1720, height: 1130 }, deviceScaleFactor: 1.2 };
const hourShown = 10;

/** Plays a story of the README in a demo of its own, by clicking, and takes its picture. */
async function takePicture({ story, file }: (typeof pictures)[keyof typeof pictures]): Promise<void> {
  const demo = await runDemo({ port: 0, registryPort: 0, logLevel: "error" });
  let browser: Browser | undefined;
  try {
    browser = await chromium.launch(browserOptions);
    const page = await browser.newPage({ ...screen, timezoneId: zoneWhereItIs(hourShown) });
    await page.goto(demo.pageAddress);
    await story(page, demo);
    await demo.world.registry.settled();
    // Nothing glows, nothing is pointed at, and nothing has the focus.
    for (const glow of [".message-glow", '[data-glows="true"]'])
      await page.locator(glow).first().waitFor({ state: "detached" });
    await page.mouse.move(700, 10);
    await page.evaluate("document.activeElement?.blur?.()");
    await mkdir(dirname(file), { recursive: true });
    await page.screenshot({ path: file, animations: "disabled" });
  } finally {
    await browser?.close();
    await demo.stop();
  }
}

/** One image goes live on staging, by a dialog in Teams; the next waits in quarantine. Slack shows the same. */
async function releaseStory(page: Page, { world }: Demo): Promise<void> {
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
}

/** An image is on staging; Maya has asked for production, and Lena has approved in Slack: 1 of 2. */
async function productionStory(page: Page, { world }: Demo): Promise<void> {
  world.registry.push({ repository: "shop/checkout", tag: "1.4.2", sizeBytes: 34_000_000 });
  const slack = cardOf(page, "message", "shop/checkout:1.4.2");
  const teams = cardOf(page, "teams-message", "shop/checkout:1.4.2");
  await slack.getByTestId("action-acr:deploy").first().click();
  await page.getByTestId("modal-submit").click();
  await slack.filter({ hasText: "Live on staging" }).waitFor();
  // Until it has soaked, asking is refused.
  while (!(await askForProduction(page, slack)));
  await slack.getByTestId("action-acr:approve").first().waitFor();
  await page.getByTestId("user-switch").click();
  await page.getByTestId("user-U0LENA0001").click();
  await slack.getByTestId("action-acr:approve").first().click();
  await slack.filter({ hasText: "1 of 2" }).waitFor();
  await teams.locator(".teams-replies").filter({ hasText: "1 of 2" }).waitFor();
  await page.getByTestId("ephemeral").filter({ hasText: "1 of 2" }).waitFor();
}

/** Asks once; false: refused, and the dialog that says so is closed again. */
async function askForProduction(page: Page, card: Locator): Promise<boolean> {
  await card.getByRole("button", { name: /to production/ }).click();
  await page.getByTestId("input-reason").fill("VAT rounding fix, see SHOP-4127");
  await page.getByTestId("modal-submit").click();
  const dialog = page.getByTestId("modal");
  const refused = dialog.filter({ hasText: "Not done" });
  await Promise.race([refused.waitFor(), dialog.waitFor({ state: "detached" })]);
  if ((await refused.count()) === 0) return true;
  await page.keyboard.press("Escape");
  await dialog.waitFor({ state: "detached" });
  return false;
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

function fileOf(name: string): string {
  return fileURLToPath(new URL(`../docs/images/${name}.png`, import.meta.url));
}

for (const picture of Object.values(pictures)) await takePicture(picture);
