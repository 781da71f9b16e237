import type { Config, TeamsConfig } from "../../config/config.ts";
import { createSecretWatch } from "../../http/secret-watch.ts";
import type { Log } from "../../log.ts";
import { addressOf, type ChannelId } from "../../nouns/channel.ts";
import { createKeyLoop, createSigningKeys } from "../../outgoing/signing-keys.ts";
import type { Store } from "../../store/store.ts";
import type { Clock } from "../../work/clock.ts";
import { createLoop } from "../../work/loop.ts";
import { createBackground } from "../background.ts";
import { createPace } from "../pace.ts";
import { createPatientCall } from "../patient-call.ts";
import type { Directory } from "../people.ts";
import type { ChatPlatform } from "../platform.ts";
import { createTeamsConnector, type Site } from "./connector/connector.ts";
import { createOutboundToken, type Issued } from "./connector/outbound-token.ts";
import { fetchKeys } from "./gate/fetch-keys.ts";
import { createTeamsGate } from "./gate/gate.ts";
import { addTeamsRoute } from "./gate/teams-route.ts";
import { createGraphGroups } from "./graph-groups.ts";
import { createFindPlace } from "./places/find-place.ts";
import { createInstallationBook, type InstallationBook } from "./places/installation-book.ts";
import { createHandleActivity } from "./talk/handle-activity.ts";
import { answerInvoke } from "./talk/invokes.ts";
import { createPressed, pressedReference } from "./talk/pressed-submit.ts";
import { createPrivateAnswers } from "./talk/private-answer.ts";
import { createActivityRouter } from "./talk/route-activities.ts";
import { createTyped } from "./talk/typed-in-teams.ts";
import { withPatience } from "./teams-calls.ts";
import { createTeamsChannel } from "./teams-channel.ts";
import { createFindMember, createTeamsDirectory } from "./teams-directory.ts";

interface TeamsDeps {
  readonly teams: TeamsConfig;
  readonly config: () => Config;
  readonly store: Store;
  /** The bot's own token for a scope; it never stands in a log. */
  readonly getToken: (scope: string) => Promise<Issued>;
  readonly clock: Clock;
  readonly log: Log;
}

// A token is kept until shortly before it ends; what is wrong with a new one shows within a minute.
const lookAgainMs = 45_000;
const noKeys = "The Bot Framework's keys have not been read yet";
const checkIdentity = "compare teams.appId and teams.tenantId with the Azure Bot.";

/** Teams behind our ports. Nothing of it is loaded unless the configuration has `teams`. */
export function openTeams(deps: TeamsDeps): ChatPlatform {
  const { teams, store, clock, log } = deps;
  const { now } = clock;
  const { tenantId, openIdMetadataUrl: keySet, actions } = teams;
  const token = createOutboundToken({ getToken: deps.getToken, scope: teams.scope, now });
  const connector = createTeamsConnector({ token, appId: teams.appId, now });
  const identity = createSecretWatch({ advice: checkIdentity, now });
  const book = createInstallationBook({ store, now, log });
  const keys = createSigningKeys({ store, fetchKeySet: fetchKeys, keySets: () => [keySet], now, log });
  const pace = createPace(now);
  const background = createBackground({ platform: "teams", clock, log });
  const callPatiently = createPatientCall({ pace, clock, signal: background.signal });
  const forPeople = withPatience(connector, callPatiently);
  const answers = createPrivateAnswers({ connector: forPeople, book, tenantId, actions, log });
  const findMember = createFindMember(forPeople, book);
  const findPlace = createFindPlace({ book, connector: forPeople, now, log });
  return {
    name: "teams",
    channel: createTeamsChannel({ connector, findPlace, pace, actions }),
    directory: createTeamsDirectory({ ...teams, findMember, readGroup: readGroupOf(deps), now }),
    loops: [
      createKeyLoop({ name: "signing keys of Teams", keys, clock, log }),
      createLoop({ name: "token for Teams", clock, log, step: () => token.get().then(() => lookAgainMs) }),
      background.loop,
    ],
    // Without the keys every request of Teams is answered 503.
    trouble: () => (keys.has(keySet) ? (token.trouble() ?? identity.trouble()) : noKeys),
    converse: async (server, conversation) => {
      await keys.load();
      const full = { ...conversation, home: tenantId, answers, background };
      const [typed, pressed] = [createTyped(full), createPressed(full)];
      const route = createActivityRouter(teams.appId, {
        invoke: (activity) => answerInvoke(activity, full),
        message: (activity) => {
          const reference = pressedReference(activity);
          return reference === undefined ? typed(activity) : pressed(activity, reference);
        },
      });
      const handle = createHandleActivity({ book, route, background, clock, log });
      const gate = createTeamsGate({ config: teams, keys, now });
      addTeamsRoute(server, { gate, handle, identity, now, log });
    },
    tell: async ({ who, channel }, said) => {
      const site = who.platform === "teams" ? await siteNear(channel, book) : undefined;
      if (site === undefined) return;
      const telling = async () => {
        const place = channel === undefined ? undefined : addressOf(channel);
        const member = place === undefined ? undefined : await findMember(place, who.userId);
        const accountId = member?.id ?? who.userId;
        await answers.tell({ userId: who.userId, accountId, serviceUrl: site.serviceUrl }, said);
      };
      background.run(telling());
    },
  };
}

async function siteNear(channel: ChannelId | undefined, book: InstallationBook): Promise<Site | undefined> {
  const near = channel === undefined ? undefined : await book.find(addressOf(channel));
  return near ?? (await book.list()).find(({ state }) => state === "installed");
}

function readGroupOf({ teams, config, getToken, clock }: TeamsDeps): Directory["readGroup"] {
  // Without Graph every id of a role is a person's.
  if (!teams.groups) return () => Promise.resolve(undefined);
  const endpoint = config().azure.graphEndpoint.replace(/\/$/, "");
  const token = createOutboundToken({ getToken, scope: `${endpoint}/.default`, now: clock.now });
  return createGraphGroups({ endpoint, token: token.get, now: clock.now });
}
