import { mkdirSync, realpathSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import { ChatopsError, describeError } from "../errors.ts";
import { createArtifactVerbs } from "./artifacts.ts";
import { createAuditVerbs } from "./audit/audit.ts";
import { createSegmentVerbs } from "./audit/audit-segments.ts";
import { createButtonVerbs } from "./buttons.ts";
import { createCardVerbs } from "./cards.ts";
import { voidLeases } from "./due-work/work-tables.ts";
import { checkStoreDisk } from "./engine/disk.ts";
import type { Engine, StoreLog } from "./engine/engine.ts";
import { openSqlite } from "./engine/sqlite.ts";
import { storeUnwritable } from "./engine/store-error.ts";
import { createEventVerbs } from "./events.ts";
import { createDeliveryVerbs } from "./finish-delivery.ts";
import { createHappeningVerbs } from "./happenings.ts";
import { createHeardVerbs } from "./heard.ts";
import { createHousekeepingVerbs } from "./housekeeping.ts";
import { createInstallationVerbs } from "./installations.ts";
import { createSigningKeyVerbs } from "./key-sets.ts";
import { createMessageVerbs } from "./messages.ts";
import { createOperationVerbs } from "./operations/operations.ts";
import { createPlacementVerbs } from "./placements.ts";
import { createPeopleVerbs } from "./principals.ts";
import { createRequestVerbs } from "./requests.ts";
import { createStandingVerbs } from "./standings.ts";
import type { Store } from "./store.ts";
import { createTagVerbs } from "./tags.ts";
import { createTakeBackVerbs } from "./take-back-claims.ts";
import { createUnconfirmedVerbs } from "./unconfirmed.ts";
import { createDueWorkVerbs } from "./work-verbs.ts";

interface OpenStoreOptions {
  /** `sqlite:./path` or `postgres://…`. */
  readonly url: string;
  /** Whether a disk that is lost with the container will do. */
  readonly ephemeral: boolean;
  readonly now: () => number;
  /** What due times and leases on PostgreSQL go by instead of its own clock: for tests that move it. */
  readonly workClock?: () => number;
  readonly log: StoreLog;
}

/**
 * Opens and migrates the store that the URL names. Throws `config-invalid`, `store-locked`, `store-ephemeral`,
 * `store-schema-newer` or `store-unwritable`.
 */
export async function openStore(options: OpenStoreOptions): Promise<Store> {
  return createStore(await openEngine(options));
}

async function openEngine({ url, ephemeral, now, workClock, log }: OpenStoreOptions): Promise<Engine> {
  if (/^postgres(ql)?:\/\//.test(url)) {
    // Loaded only when it is configured.
    const { openPostgres } = await import("./engine/postgres.ts");
    return await openPostgres({ url, now, workClock, log });
  }
  const path = /^sqlite:(.+)$/.exec(url)?.[1];
  if (path === undefined) {
    throw new ChatopsError("config-invalid", "store.url must begin with sqlite: (and a path) or postgres://");
  }
  const file = realFile(path);
  await checkStoreDisk(file, ephemeral);
  const engine = await openSqlite({ path: file, now, log });
  await voidLeases(engine);
  return engine;
}

/** All verbs on one engine. */
export function createStore(engine: Engine): Store {
  return {
    engine: engine.kind,
    ...createEventVerbs(engine),
    ...createArtifactVerbs(engine),
    ...createTagVerbs(engine),
    ...createHappeningVerbs(engine),
    ...createCardVerbs(engine),
    ...createMessageVerbs(engine),
    ...createDeliveryVerbs(engine),
    ...createUnconfirmedVerbs(engine),
    ...createTakeBackVerbs(engine),
    ...createDueWorkVerbs(engine),
    ...createButtonVerbs(engine),
    ...createRequestVerbs(engine),
    ...createHeardVerbs(engine),
    ...createStandingVerbs(engine),
    ...createOperationVerbs(engine),
    ...createPlacementVerbs(engine),
    ...createAuditVerbs(engine),
    ...createSegmentVerbs(engine),
    ...createPeopleVerbs(engine),
    ...createInstallationVerbs(engine),
    ...createSigningKeyVerbs(engine),
    ...createHousekeepingVerbs(engine),
    onWork: engine.onWork,
    close: () => engine.close(),
  };
}

/** The file without symbolic links, so that the same file by another name finds the same lock. */
function realFile(path: string): string {
  const absolute = resolve(path);
  try {
    return realpathSync(absolute);
  } catch {
    // The file is yet to be made, and perhaps its directory.
    return join(realDirectory(dirname(absolute)), basename(absolute));
  }
}

function realDirectory(directory: string): string {
  try {
    mkdirSync(directory, { recursive: true, mode: 0o700 });
    return realpathSync(directory);
  } catch (error) {
    throw storeUnwritable(`the directory ${directory} cannot be used (${describeError(error)})`, error);
  }
}
