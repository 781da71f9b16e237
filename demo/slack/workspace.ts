import { createChanges } from "../shared/changes.ts";
import { createFaults } from "../shared/faults.ts";
import type { SignedRequest } from "../shared/post-to-bot.ts";
import { createRecentCalls } from "../shared/recent-calls.ts";
import { createWaits } from "../shared/wait-for.ts";
import type { Click } from "./click.ts";
import { createClick } from "./click.ts";
import { createCommand } from "./command.ts";
import { createEvents } from "./events.ts";
import { createLifecycle } from "./lifecycle.ts";
import type { SlackWorkspaceOptions } from "./options.ts";
import { withDefaults } from "./options.ts";
import { createRates } from "./rates.ts";
import type { RecordedCall, SlackFault } from "./recorded-call.ts";
import { createResponseUrls } from "./response-urls.ts";
import { createBotConnection } from "./send-to-bot.ts";
import { serveSlack } from "./serve-slack.ts";
import { takeSnapshot } from "./snapshot.ts";
import type { SlackState } from "./state.ts";
import { createState } from "./state.ts";
import { createCloseView, createSubmit } from "./submit.ts";
import { createTriggers } from "./triggers.ts";
import { createWebApi } from "./web-api.ts";

/** A simulated workspace: the Web API on loopback, and what people and the platform do towards the bot. */
export type SlackWorkspace = Awaited<ReturnType<typeof createSlackWorkspace>>;

/** Starts a workspace; `apiUrl` is what `slackApiUrl` of a Slack client wants. Fails when the port is taken. */
export async function createSlackWorkspace(options: SlackWorkspaceOptions) {
  const world = withDefaults(options);
  const changes = createChanges();
  const state: SlackState = createState(world, changes.changed);
  const triggers = createTriggers(world.now);
  const responseUrls = createResponseUrls(state);
  const faults = createFaults<SlackFault>(changes.changed);
  const calls = createRecentCalls<RecordedCall>();
  const waits = createWaits("Slack", changes.onChange, () => takeSnapshot(state));
  const api = createWebApi({ state, triggers, rates: world.rates ? createRates(world.now) : undefined });
  const bot = createBotConnection(world);
  const server = await serveSlack({ state, api, responseUrls, faults, record: calls.add });
  const people = { state, triggers, responseUrls, bot, address: () => server.origin };
  const click = createClick(people);
  const events = createEvents({ state, bot });
  const lifecycle = createLifecycle({ state, bot, event: events.event });

  return {
    address: server.origin,
    apiUrl: `${server.origin}/api/`,
    team: world.team,
    bot: world.bot,
    /** Tells where the bot's `/slack/events` is, and the secret that requests to it are signed with. */
    connectBot: bot.connect,
    click,
    /** Two clicks at once, as an impatient person makes them: two requests with trigger ids of their own. */
    clickTwice: (twice: Click) => Promise.all([click(twice), click(twice)]),
    submit: createSubmit(people),
    closeView: createCloseView(people),
    command: createCommand(people),
    ...events,
    ...lifecycle,
    /** The very same signed bytes again, as a platform that heard no answer sends them. */
    replay: (request: SignedRequest, headers: Readonly<Record<string, string>> = {}) =>
      bot.send(request, headers),
    fault: faults.order,
    snapshot: () => takeSnapshot(state),
    messages: (channel: string) => state.channels.get(channel)?.messages ?? [],
    /** Whom a direct message is with; undefined for a channel. */
    directUser: (channel: string) => state.channels.get(channel)?.user,
    ephemerals: () => state.ephemerals,
    views: () => state.views,
    notices: () => state.notices,
    calls: calls.of,
    onChange: changes.onChange,
    waitFor: waits.waitFor,
    /** Ends the server; what waits for a change is rejected, what hangs is let go. */
    close: async () => {
      waits.stop();
      faults.releaseAll();
      await server.close();
    },
  };
}
