import { onTestFinished } from "vitest";
import type { TeamsWorldOptions } from "../../../demo/teams/options.ts";
import { fetchKeys } from "../../../src/bot/teams/gate/fetch-keys.ts";
import { createTeamsGate } from "../../../src/bot/teams/gate/gate.ts";
import { addTeamsRoute, type HandleActivity } from "../../../src/bot/teams/gate/teams-route.ts";
import { createHardenedServer } from "../../../src/http/hardened-server.ts";
import { createRefusalLog } from "../../../src/http/refusal-log.ts";
import { serverLimits } from "../../../src/http/request-limits.ts";
import { createSecretWatch } from "../../../src/http/secret-watch.ts";
import { createSigningKeys } from "../../../src/outgoing/signing-keys.ts";
import { createLogLines } from "../../support/log-lines.ts";
import { appId, createMemoryPlaces, startTeams, teamsConfig } from "./teams-world.ts";

/** The real public server with the gate before a handler, in a simulated Teams, with authentication on. */
export async function startGatedBot(
  options: { readonly handle?: HandleActivity; readonly world?: Partial<TeamsWorldOptions> } = {},
) {
  const world = await startTeams(options.world);
  const config = teamsConfig(world);
  const store = createMemoryPlaces();
  const lines = createLogLines();
  const clock = { ahead: 0 };
  const now = () => Date.now() + clock.ahead;
  const keys = createSigningKeys({
    store,
    fetchKeySet: fetchKeys,
    keySets: () => [config.openIdMetadataUrl],
    now,
    log: lines.log,
  });
  const logRefusal = createRefusalLog({ log: lines.log, now });
  const server = createHardenedServer({ limits: serverLimits, log: lines.log, logRefusal });
  const heard: Readonly<Record<string, unknown>>[] = [];
  const foreign: boolean[] = [];
  const gate = createTeamsGate({ config, keys, now });
  addTeamsRoute(server, {
    gate,
    identity: createSecretWatch({ advice: "", now }),
    log: lines.log,
    now,
    handle: async (activity, isForeign) => {
      heard.push(activity);
      foreign.push(isForeign);
      return await options.handle?.(activity, isForeign);
    },
  });
  const url = await server.listen({ host: "127.0.0.1", port: 0 });
  onTestFinished(() => server.close());
  world.connectBot({ url, appId });
  await keys.refresh();
  return { world, config, store, keys, gate, heard, foreign, url, clock, now, lines };
}
