import { afterEach, beforeEach, expect } from "vitest";
import type { ArtifactKey } from "../../src/nouns/artifact.ts";
import { openStore } from "../../src/store/open-store.ts";
import type { Store } from "../../src/store/store.ts";

/** Where a test finds fresh databases of one engine. */
export interface StorePlace {
  readonly engine: Store["engine"];
  newUrl(): Promise<string>;
}

export interface LogLine {
  readonly level: "info" | "warn" | "error";
  readonly fields: object;
  readonly message: string;
}

/** What every contract test starts from: a fresh database, a clock that it moves, and what was logged. */
export interface StoreKit {
  readonly engine: Store["engine"];
  readonly store: Store;
  readonly now: () => number;
  advance(ms: number): void;
  readonly logged: readonly LogLine[];
  /** Closes and opens again, as a restart does. */
  reopen(): Promise<Store>;
  /** A second process on the same database; the same store where only one may have it. */
  replica(): Promise<Store>;
}

const startedAt = Date.UTC(2026, 10, 21);

/** Gives each test of the surrounding `describe` a store of its own, and closes what it opened. */
export function useStore(place: StorePlace): StoreKit {
  let url = "";
  let now = startedAt;
  let logged: LogLine[] = [];
  let opened: Store[] = [];
  let store: Store | undefined;

  const log = {
    info: (fields: object, message: string) => logged.push({ level: "info", fields, message }),
    warn: (fields: object, message: string) => logged.push({ level: "warn", fields, message }),
    error: (fields: object, message: string) => logged.push({ level: "error", fields, message }),
  };
  const open = async () => {
    const clock = () => now;
    const made = await openStore({ url, ephemeral: true, now: clock, workClock: clock, log });
    opened.push(made);
    return made;
  };

  beforeEach(async () => {
    url = await place.newUrl();
    now = startedAt;
    logged = [];
    opened = [];
    store = await open();
  });
  afterEach(async () => {
    for (const each of opened) await each.close();
    expect(logged.filter((line) => line.message.includes("outlived its turn"))).toEqual([]);
  });

  const current = () => {
    if (store === undefined) throw new Error("no store is open");
    return store;
  };
  return {
    engine: place.engine,
    get store() {
      return current();
    },
    get logged() {
      return logged;
    },
    now: () => now,
    advance: (ms) => {
      now += ms;
    },
    reopen: async () => {
      await current().close();
      store = await open();
      return store;
    },
    replica: async () => (place.engine === "sqlite" ? current() : await open()),
  };
}

/** A digest made of one letter. */
export function digest(letter: string): string {
  return `sha256:${letter.repeat(64)}`;
}

export const key: ArtifactKey = { registry: "contoso", repository: "shop/checkout", digest: digest("a") };
