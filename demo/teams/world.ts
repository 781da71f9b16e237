import { createChanges } from "../shared/changes.ts";
import { createRecentCalls } from "../shared/recent-calls.ts";
import { createWaits } from "../shared/wait-for.ts";
import { createAccessTokens } from "./access-tokens.ts";
import type { Click } from "./click.ts";
import { createClick } from "./click.ts";
import { createConnector } from "./connector.ts";
import { createFaults } from "./faults.ts";
import { getPerson, openPersonal } from "./find-place.ts";
import { createInstalls } from "./install.ts";
import { createLifecycle } from "./lifecycle.ts";
import type { TeamsWorldOptions } from "./options.ts";
import { withDefaults } from "./options.ts";
import { createRates } from "./rates.ts";
import type { RecordedCall } from "./recorded-call.ts";
import { createSay } from "./say.ts";
import { createBotConnection } from "./send-to-bot.ts";
import { metadataPath, serveTeams } from "./serve-teams.ts";
import { createSigningKeys } from "./signing-keys.ts";
import { takeSnapshot } from "./snapshot.ts";
import type { TeamsState } from "./state.ts";
import { createState } from "./state.ts";
import { createCloseDialog, createSubmit } from "./submit.ts";

/** A simulated Bot Connector with a Teams client: on loopback, and what people and the platform do to the bot. */
export type TeamsWorld = Awaited<ReturnType<typeof createTeamsWorld>>;

/** Starts a world. Fails when the port is taken. */
export async function createTeamsWorld(options: TeamsWorldOptions) {
  const facts = withDefaults(options);
  const changes = createChanges();
  const state: TeamsState = createState(facts, changes.changed);
  const [keys, tokens] = await Promise.all([createSigningKeys(), createAccessTokens(facts)]);
  const faults = createFaults(changes.changed);
  const calls = createRecentCalls<RecordedCall>();
  const waits = createWaits("Teams", changes.onChange, () => takeSnapshot(state));
  const address = (): string => facts.publicOrigin ?? server.origin;
  const serviceUrl = () => `${address()}/${state.region}/`;
  const connector = createConnector({
    state,
    isAuthorized: tokens.isAuthorized,
    rates: facts.rates ? createRates(facts.now) : undefined,
    serviceUrl,
  });
  const server = await serveTeams({ state, keys, tokens, connector, faults, record: calls.add, address });
  const bot = createBotConnection(facts, keys);
  const people = { state, bot, serviceUrl };
  const click = createClick(people);

  return {
    address: server.origin,
    /** What activities name as their `serviceUrl` now. */
    serviceUrl,
    openIdMetadataUrl: `${server.origin}${metadataPath}`,
    /** Where client credentials are exchanged for a token. */
    tokenUrl: `${server.origin}/${facts.tenantId}/oauth2/v2.0/token`,
    tenantId: facts.tenantId,
    bot: { ...facts.bot, id: facts.botId },
    /** The address of a Workflows URL. */
    workflowUrl: (secret: string) => `${server.origin}/workflows/${secret}`,
    /** Tells where the bot's `/api/messages` is, and the app id that tokens are made out to. */
    connectBot: bot.connect,
    /** A bearer token for the connector; a negative lifetime gives one that has expired. */
    issueToken: tokens.issue,
    /** The Bot Framework signs with a new key from now on; gives its id. */
    rotateKeys: keys.rotate,
    click,
    /** Two clicks at once, as an impatient person makes them. */
    clickTwice: (twice: Click) => Promise.all([click(twice), click(twice)]),
    submit: createSubmit(people),
    closeDialog: createCloseDialog(people),
    message: createSay(people),
    ...createInstalls(people),
    ...createLifecycle(people),
    /** The id of a person's chat with the bot, which is made if there was none. */
    personalChat: (user: string) => openPersonal(state, getPerson(state, user)).id,
    /** Any activity, signed: for what has no verb here. */
    send: bot.send,
    replay: bot.replay,
    fault: faults.order,
    snapshot: () => takeSnapshot(state),
    messages: (conversation: string) => state.places.get(conversation)?.messages ?? [],
    dialogs: () => state.dialogs,
    notes: () => state.notes,
    complaints: () => state.complaints.map(({ what }) => what),
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
