import type { Browser, Locator, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, beforeEach } from "vitest";
import type { Page as BuiltPage } from "../../demo/page/build.ts";
import { buildPage } from "../../demo/page/build.ts";
import { openBrowser } from "../support/shared-programs.ts";
import { startFakeDemoApi } from "./fake-demo-api.ts";
import { bothWorlds } from "./sample-world.ts";

/** When the sample worlds are, in Unix seconds. */
export const at = Math.floor(Date.now() / 1000);

/** Waits, by the browser's own retries, until the text is there. */
export const seeText = (where: Locator, text: string | RegExp): Promise<void> =>
  where.filter({ hasText: text }).first().waitFor();

/** One test's page with both panes, over an API of its own. */
export type Driven = {
  readonly page: Page;
  readonly pane: Locator;
  readonly api: Awaited<ReturnType<typeof startFakeDemoApi>>;
  /** Errors of the page, and requests to anywhere but its own server. */
  readonly complaints: readonly string[];
  readonly message: (id: string) => Locator;
  /** Changes what of Teams is shown. */
  readonly showTeams: (change: object) => void;
};

/** Opens a new page before each test of the suite that calls it and gives what drives it; closes all at the end. */
export function driveTeamsPage(): () => Driven {
  let browser: Browser;
  let built: BuiltPage;
  let driven: Driven;
  beforeAll(async () => {
    built = await buildPage();
    browser = await openBrowser();
  }, 60_000);
  afterAll(() => browser.close());
  beforeEach(async () => {
    const api = await startFakeDemoApi({ page: built, world: bothWorlds(at) });
    const page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
    driven = drivenBy(page, api, complaintsOf(page, api.address));
    await page.goto(api.address);
    await driven.pane.waitFor();
  });
  afterEach(async () => {
    await driven.page.close();
    await driven.api.close();
  });
  return () => driven;
}

function drivenBy(page: Page, api: Driven["api"], complaints: readonly string[]): Driven {
  page.setDefaultTimeout(10_000);
  return {
    page,
    api,
    complaints,
    pane: page.getByTestId("pane-teams"),
    message: (id) => page.locator(`[data-testid=teams-message][data-id="${id}"]`),
    showTeams: (change) => {
      const world = bothWorlds(at);
      api.show({ ...world, teams: { ...world.teams, ...change } });
    },
  };
}

function complaintsOf(page: Page, address: string): readonly string[] {
  const complaints: string[] = [];
  page.on("pageerror", (error) => complaints.push(error.message));
  page.on("console", (said) => {
    if (said.type() === "error") complaints.push(said.text());
  });
  page.on("request", (request) => {
    if (!request.url().startsWith(new URL(address).origin)) complaints.push(request.url());
  });
  return complaints;
}
