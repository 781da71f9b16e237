import { randomUUID } from "node:crypto";
import type { PushRequest, PushResult } from "../../demo/registry/pushes.ts";
import type { SlackEphemeral, SlackView } from "../../demo/slack/state.ts";
import type { Submitted } from "../../demo/slack/submit.ts";
import type { AuditEntry } from "../../src/nouns/audit-entry.ts";
import { cardsIn, type SeenCard, startBot, type TestBot } from "./bot.ts";
import { createManualClock, type ManualClock } from "./manual-clock.ts";

export const maya = "U0MAYA0001";
export const lena = "U0LENA0001";
export const tomas = "U0TOMAS001";
export const gwen = "U0GUEST001";
export const releases = "C0RELEASES";

// While a test waits, its bot's clock goes this much faster, so that pauses of seconds cost a moment.
const tickMs = 10;
const leapMs = 100;
// Posts go out at Slack's pace, one a second in a channel, on a machine that may be busy.
const patienceMs = 25_000;

/** What somebody gets to see after a click: a dialog, or a private word; a refusal is one in a small modal. */
export type Pressed =
  | { readonly kind: "dialog"; readonly view: SlackView }
  | { readonly kind: "private"; readonly said: string; readonly view?: SlackView };

/** The real bot in its world, with what people and the registry do to it. */
export interface Stage extends TestBot {
  readonly clock: ManualClock;
  /** Waits until `look` gives something; the bot's clock runs fast meanwhile. */
  until<T>(look: () => T | undefined | false | Promise<T | undefined | false>, what?: string): Promise<T>;
  /** Moves the clock on while nothing is sent or asked: a leap in the middle of a call looks like one that hung. */
  leap(ms: number): Promise<void>;
  /** Waits for a card with that title (its notification text begins with it) that is as wanted. */
  card(title: string, wanted?: (card: SeenCard) => boolean, channel?: string): Promise<SeenCard>;
  /** Pushes, and waits until every event of it was delivered. */
  push(request: PushRequest): Promise<PushResult>;
  /** Presses a button of a card and gives what the person sees then. */
  press(ts: string, actionId: string, user?: string, more?: PressOptions): Promise<Pressed>;
  submit(view: SlackView, reason?: string, user?: string): Promise<Submitted>;
  /** Presses, fills in and submits; throws what the person was told if no dialog came. */
  act(ts: string, actionId: string, reason?: string, user?: string): Promise<Submitted>;
  /** Types a slash command and gives what the person reads. */
  command(text: string, user?: string, channel?: string): Promise<string>;
  /** Posts a native webhook call with the secret, as anybody who knows it could. */
  forge(event: ForgedEvent, region?: string): Promise<{ readonly status: number; readonly body: unknown }>;
  tagOf(repository: string, tag: string): string | undefined;
  /** Newest first. */
  audit(): Promise<readonly AuditEntry[]>;
}

export interface PressOptions {
  readonly channel?: string;
  readonly value?: string;
  readonly forge?: boolean;
  readonly teamId?: string;
  readonly userTeamId?: string;
}

export interface ForgedEvent {
  readonly action: "push" | "delete" | "quarantine" | "chart_push" | "chart_delete";
  readonly repository: string;
  /** Absent: a whole repository was deleted. */
  readonly digest?: string;
  /** Of a chart event: its name and version. */
  readonly chart?: { readonly name: string; readonly version: string };
  readonly tag?: string;
  readonly size?: number;
  readonly id?: string;
  readonly at?: number;
}

/** Starts it; `close` ends the bot and its world. */
export async function openStage(options: Parameters<typeof startBot>[0] = {}): Promise<Stage> {
  const clock = createManualClock();
  const { now } = clock;
  const { teams, kubernetes } = options.world ?? {};
  const bot = await startBot({
    ...options,
    clock,
    world: {
      ...options.world,
      registry: { now, ...options.world?.registry },
      slack: { now, wallClock: now, ...options.world?.slack },
      ...(teams === undefined ? {} : { teams: { now, wallClock: now, ...teams } }),
      ...(kubernetes === undefined ? {} : { kubernetes: { now, ...kubernetes } }),
    },
  });
  return { ...bot, clock, ...createDeeds(bot, clock) };
}

type Deeds = Omit<Stage, keyof TestBot | "clock">;

function createDeeds(bot: TestBot, clock: ManualClock): Deeds {
  const { world } = bot;
  const until: Deeds["until"] = (look, what) => waitUntil(bot, clock, look, what);
  const press: Deeds["press"] = async (ts, actionId, user = maya, more = {}) => {
    const before = { views: world.slack.views(), words: world.slack.ephemerals() };
    const channel = more.channel ?? releases;
    const clicked = await world.slack.click({ channel, ts, actionId, user, ...more });
    if (clicked.error !== undefined) throw new Error(`${clicked.error}: ${clicked.body}`);
    return await until(() => {
      const view = world.slack.views().find((one) => one.user === user && !before.views.includes(one));
      if (view?.title === "Not done")
        return { kind: "private", said: textOf({ text: "", ...view }), view } as const;
      if (view !== undefined) return { kind: "dialog", view } as const;
      const words = world.slack.ephemerals().find((one) => one.user === user && !before.words.includes(one));
      return words === undefined ? undefined : ({ kind: "private", said: textOf(words) } as const);
    }, `an answer to ${actionId}`);
  };
  const submit: Deeds["submit"] = (view, reason, user = maya) =>
    world.slack.submit({ viewId: view.id, user, values: reasonValues(reason) });
  const isQuiet = async () => {
    const kinds = ["verify", "deliver"] as const;
    const counts = await Promise.all(
      kinds.map((kind) => bot.bot.store.countWork(kind, { by: "everything" })),
    );
    return counts.every(({ running }) => running === 0);
  };
  return {
    until,
    leap: async (ms) => {
      await until(isQuiet, "quiet");
      clock.advance(ms);
    },
    press,
    submit,
    card: (title, wanted = () => true, channel = releases) =>
      until(
        () => cardsIn(world, channel).findLast((card) => card.text.startsWith(title) && wanted(card)),
        `a card "${title}"`,
      ),
    push: async (request) => {
      const pushed = world.registry.push(request);
      await world.registry.settled();
      return pushed;
    },
    act: async (ts, actionId, reason, user) => {
      const pressed = await press(ts, actionId, user);
      if (pressed.kind === "private") throw new Error(pressed.said);
      return await submit(pressed.view, reason, user);
    },
    command: (text, user = maya, channel = releases) => typeCommand(bot, until, text, user, channel),
    forge: (event, region = "westeurope") => forge(bot, clock, event, region),
    tagOf: (repository, tag) => world.registry.snapshot().repositories[repository]?.tags[tag],
    audit: () => bot.bot.store.listAudit(500),
  };
}

async function typeCommand(
  { world }: TestBot,
  until: Stage["until"],
  text: string,
  user: string,
  channel: string,
): Promise<string> {
  const { ephemerals } = world.slack;
  const before = new Set(ephemerals());
  const given = await world.slack.command({ channel, user, text });
  if (given.error !== undefined) throw new Error(`${given.error}: ${given.body}`);
  const heard = () => ephemerals().filter((one) => one.user === user && !before.has(one));
  const last = await until(() => heard().findLast((one) => !one.text.startsWith("⏳ Working")), text);
  return textOf(last);
}

async function forge(
  { bot, world }: TestBot,
  clock: ManualClock,
  event: ForgedEvent,
  region: string,
): Promise<{ readonly status: number; readonly body: unknown }> {
  const { repository, digest, tag, size, chart } = event;
  const response = await fetch(`${bot.publicAddress}/webhooks/acr/contoso?region=${region}`, {
    method: "POST",
    headers: { "content-type": "application/json", "x-webhook-secret": world.secrets.webhook },
    body: JSON.stringify({
      id: event.id ?? randomUUID(),
      timestamp: new Date(event.at ?? clock.now()).toISOString(),
      action: event.action,
      target: {
        repository,
        digest,
        ...(size === undefined ? {} : { size }),
        ...(tag === undefined ? {} : { tag }),
        ...chart,
      },
      request: { id: randomUUID(), host: world.registry.loginServer, method: "PUT" },
    }),
  });
  return { status: response.status, body: await response.json() };
}

/** What a private answer says, all its blocks together. */
export function textOf(message: Pick<SlackEphemeral, "text" | "blocks">): string {
  const said: string[] = [];
  const visit = (value: unknown): void => {
    if (Array.isArray(value)) value.forEach(visit);
    else if (typeof value === "object" && value !== null) {
      if ("text" in value && typeof value.text === "string") said.push(value.text);
      Object.values(value).forEach(visit);
    }
  };
  visit(message.blocks);
  return said.length === 0 ? message.text : said.join("\n");
}

function reasonValues(reason: string | undefined) {
  return reason === undefined ? {} : { reason: { value: { value: reason } } };
}

async function waitUntil<T>(
  { world, bot }: TestBot,
  clock: ManualClock,
  look: () => T | undefined | false | Promise<T | undefined | false>,
  what = "what was waited for",
): Promise<T> {
  const deadline = performance.now() + patienceMs;
  while (performance.now() < deadline) {
    const found = await look();
    if (found !== undefined && found !== false) return found;
    await new Promise((resolve) => setTimeout(resolve, tickMs));
    clock.advance(leapMs);
  }
  const operations = (await bot.store.listOperations(5)).map(
    ({ kind, state, outcome }) => `${kind} ${state} ${outcome ?? ""}`,
  );
  const { channels } = world.slack.snapshot();
  const inTeams = Object.entries(world.teams?.snapshot().conversations ?? {}).map(
    ([id, messages]) => [id, messages.map(({ text, summary }) => ({ text: summary ?? text }))] as const,
  );
  const seen = describe({ ...channels, ...Object.fromEntries(inTeams) });
  throw new Error(`${what}: not seen in ${patienceMs} ms; there was: ${seen}\n${operations.join("\n")}`);
}

function describe(channels: Readonly<Record<string, readonly { readonly text: string }[]>>): string {
  return Object.entries(channels)
    .map(([id, messages]) => `${id}: ${messages.map((message) => message.text).join(" | ")}`)
    .join("\n");
}
