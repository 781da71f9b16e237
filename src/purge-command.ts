import { randomUUID } from "node:crypto";
import { Temporal } from "temporal-polyfill";
import { createClaimAnswers } from "./artifacts/ask-about-claims.ts";
import { type ClaimAnswers, takeBackRules } from "./artifacts/take-back-rules.ts";
import { createCredentials } from "./azure/credentials.ts";
import type { CommandAnswer } from "./config/check-command.ts";
import type { Config } from "./config/config.ts";
import { durationMs } from "./config/duration.ts";
import { ChatopsError, hasCode } from "./errors.ts";
import type { Log } from "./log.ts";
import {
  type Arrivals,
  added,
  nothingTaken,
  type TakeBackPlace,
  type TakenCounts,
  type TakenPage,
} from "./nouns/taken-back.ts";
import { createRegistries } from "./registry/registries.ts";
import type { RegistryReader } from "./registry/registry-port.ts";
import { readAudit } from "./store/audit/read-audit.ts";
import { openStore } from "./store/open-store.ts";
import type { Store } from "./store/store.ts";
import { type Clock, systemClock } from "./work/clock.ts";

/** What `acr-chatops events purge` was asked for, as it was typed. */
export interface PurgeOptions {
  readonly registry: string;
  readonly since: string;
  /** Only counts. */
  readonly dryRun?: boolean;
  /** Goes by what the registry has confirmed so far. */
  readonly withoutAsking?: boolean;
}

interface PurgeDeps {
  readonly config: Config;
  readonly log: Log;
  readonly clock?: Clock;
}

const nobodyAsked: ClaimAnswers = { there: new Set(), gone: new Set() };

/**
 * Takes back what events of a registry that arrived since a time claimed and the registry has not confirmed, and gives
 * what the command prints. Throws a ChatopsError if the store cannot be opened or the registry gives no answer; then
 * nothing was taken back.
 */
export async function purgeAnswer(
  options: PurgeOptions,
  { config, log, clock = systemClock }: PurgeDeps,
): Promise<CommandAnswer> {
  const until = clock.now();
  const since = readSince(options.since, until);
  const wrong = whyUnknown(options.registry, config) ?? (typeof since === "string" ? since : undefined);
  if (wrong !== undefined || typeof since === "string") return { lines: [wrong ?? ""], exitCode: 1 };
  const arrivals = { registry: options.registry, since, until };
  const reader = options.withoutAsking === true ? undefined : readerOf(options.registry, config, log);
  // A mistyped path must not make a store.
  await readAudit(config.store.url, (reads) => reads.auditHead());
  const store = await openAlone({ ...config.store, now: clock.now, log });
  try {
    const plan = await planOf(arrivals, { store, reader, clock });
    const told = {
      arrivals,
      left: plan.answers.there.size + plan.answers.gone.size,
      isAsked: reader !== undefined,
    };
    if (options.dryRun === true) return { lines: dryLines(plan.counts, told), exitCode: 0 };
    if (isNothing(plan.counts)) return { lines: dryLines(plan.counts, told).slice(0, -1), exitCode: 0 };
    await store.appendAudit(auditOf(plan.counts, arrivals, config, until));
    const rules = takeBackRules(arrivals, plan.answers);
    const taken = await walk((from) => store.takeBack(arrivals, rules, { ...from, dry: false }));
    return { lines: [...countLines(taken, told), ...takenLines(config, options.registry)], exitCode: 0 };
  } finally {
    await store.close();
  }
}

function whyUnknown(registry: string, { registries }: Config): string | undefined {
  if (Object.hasOwn(registries, registry)) return undefined;
  return `No registry "${registry.slice(0, 80)}" is configured. There is: ${Object.keys(registries).join(", ")}.`;
}

// RFC 3339, section 5.6.
const rfc3339 = /^\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d:\d\d(?:\.\d+)?(?:[Zz]|[+-]\d\d:\d\d)$/;
const timeForms =
  "Write how long ago, such as 2h or 30m, or a time with its zone, such as 2026-11-21T18:00:00Z.";

/** The time meant, in ms since the epoch, or why it is none. */
export function readSince(typed: string, now: number): number | string {
  const ago = /^(\d{1,6}(?:s|m|h|d))(?: ago)?$/.exec(typed.trim())?.[1];
  const at = ago === undefined ? readInstant(typed.trim()) : now - durationMs(ago);
  if (at === undefined) return `--since "${typed.slice(0, 80)}" is no time. ${timeForms}`;
  if (at > now) return `--since ${typed} lies ahead: it is ${new Date(now).toISOString()}. ${timeForms}`;
  return at;
}

function readInstant(text: string): number | undefined {
  if (!rfc3339.test(text)) return undefined;
  try {
    return Temporal.Instant.from(text).epochMilliseconds;
  } catch (error) {
    // The 31st of February.
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

function readerOf(registry: string, config: Config, log: Log): RegistryReader | undefined {
  const credentials = createCredentials(() => config.credentials, config.azure);
  return createRegistries({ config: () => config, credentials, log }).forRegistry(registry).reader;
}

async function openAlone(options: Parameters<typeof openStore>[0]): Promise<Store> {
  try {
    return await openStore(options);
  } catch (error) {
    if (!hasCode(error, "store-locked")) throw error;
    throw new ChatopsError(
      "store-locked",
      `Stop the bot first: its SQLite file belongs to one process at a time. Nothing was taken back. (${error.message})`,
      { cause: error },
    );
  }
}

interface PlanDeps {
  readonly store: Store;
  readonly reader: RegistryReader | undefined;
  readonly clock: Clock;
}

/** What is to be taken back once the registry was asked, with nothing changed. */
async function planOf(
  arrivals: Arrivals,
  { store, reader, clock }: PlanDeps,
): Promise<{ readonly counts: TakenCounts; readonly answers: ClaimAnswers }> {
  const dry = (from: From, answers: ClaimAnswers) =>
    store.takeBack(arrivals, takeBackRules(arrivals, answers), { ...from, dry: true });
  if (reader === undefined)
    return { counts: await walk((from) => dry(from, nobodyAsked)), answers: nobodyAsked };
  const { ask, answers } = createClaimAnswers({ reader, store, clock });
  const counts = await walk(async (from) => {
    await asking(ask((await dry(from, nobodyAsked)).claims));
    return await dry(from, answers);
  });
  return { counts, answers };
}

async function asking(answered: Promise<void>): Promise<void> {
  try {
    await answered;
  } catch (error) {
    if (!(error instanceof ChatopsError)) throw error;
    const hint = "Nothing was taken back. Run it again, or add --without-asking.";
    throw new ChatopsError(error.code, `${error.message} ${hint}`, { cause: error });
  }
}

type From = { readonly from?: TakeBackPlace };

/** Goes through all pages and adds up what they gave. */
async function walk(page: (from: From) => Promise<TakenPage>): Promise<TakenCounts> {
  let counts = nothingTaken;
  for (let from: From | undefined = {}; from !== undefined; ) {
    const { next, ...taken }: TakenPage = await page(from);
    counts = added(counts, taken);
    from = next === undefined ? undefined : { from: next };
  }
  return counts;
}

function isNothing({ events, artifacts, undone }: TakenCounts): boolean {
  return events + artifacts + undone === 0;
}

/** Written before the first change: a crash in between leaves no change without an entry. */
function auditOf(counts: TakenCounts, { registry, since }: Arrivals, { revision }: Config, at: number) {
  const detail = `since ${new Date(since).toISOString()}: ${counted(counts).join(", ")}`;
  const outcome = "allowed" as const;
  return {
    id: randomUUID(),
    at,
    what: "purge",
    outcome,
    rule: "command line",
    detail,
    registry,
    configRevision: revision,
  };
}

interface Told {
  readonly arrivals: Arrivals;
  /** How many claims turned out true. */
  readonly left: number;
  readonly isAsked: boolean;
}

function counted(counts: TakenCounts): readonly string[] {
  const { events, artifacts, unposted, closed, undone } = counts;
  return [
    some(events, "event", "events"),
    some(artifacts, "image", "images"),
    some(unposted, "card that was not posted", "cards that were not posted"),
    some(closed, "posted card", "posted cards"),
    some(undone, "delete", "deletes"),
  ];
}

function some(count: number, one: string, many: string): string {
  return `${count.toLocaleString("en-US")} ${count === 1 ? one : many}`;
}

function countLines(counts: TakenCounts, { arrivals, left, isAsked }: Told): readonly string[] {
  const [events, artifacts, unposted, closed, undone] = counted(counts);
  const { registry, since, until } = arrivals;
  const from = `from ${new Date(since).toISOString()} to ${new Date(until).toISOString()}`;
  const asked = isAsked
    ? `${some(left, "claim was", "claims were")} left alone: the registry was asked, and says so too.`
    : "The registry was not asked: what nobody has confirmed counts as false, real pushes of that time too.";
  return [
    `${registry}, ${from}, not confirmed by the registry:`,
    `  ${events}`,
    `  ${artifacts} that nothing else tells of, with their tags and stories`,
    `  ${unposted}`,
    `  ${closed}: the bot edits each to "Taken back"`,
    ...(counts.undone === 0
      ? []
      : [`  ${undone} of images that were known before: they count as there again`]),
    asked,
  ];
}

function dryLines(counts: TakenCounts, told: Told): readonly string[] {
  const last = "Dry run: nothing was changed.";
  if (isNothing(counts))
    return ["There is nothing to take back.", ...countLines(counts, told).slice(-1), last];
  return [...countLines(counts, told), last];
}

function takenLines({ store }: Config, registry: string): readonly string[] {
  const start = store.url.startsWith("sqlite:") ? ["Start the bot again."] : [];
  return [`Taken back. If the secret of ${registry}'s webhook is known to others, change it.`, ...start];
}
