import { type Browser, chromium } from "playwright-core";
import { inject } from "vitest";

/** An empty database on the run's one PostgreSQL: its URL. */
export const newDatabase = (): Promise<string> => ask("database");

/** A store without rows on the run's one PostgreSQL: its URL. */
export const newStore = (): Promise<string> => ask("store");

/** The run's one Chromium; `close` closes what was opened through it, and the others go on. */
export async function openBrowser(): Promise<Browser> {
  return await chromium.connect(await ask("browser"));
}

async function ask(what: "browser" | "database" | "store"): Promise<string> {
  const response = await fetch(`${inject("programsAddress")}/${what}`);
  const said = await response.text();
  if (!response.ok) throw new Error(said);
  return said;
}
