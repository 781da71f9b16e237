import { existsSync } from "node:fs";

export const chromiumPath = "/usr/bin/chromium";

/** Whether there is a browser to drive pages with. */
export const hasChromium = existsSync(chromiumPath);

export const chromiumArguments: readonly string[] = [
  "--headless",
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];
