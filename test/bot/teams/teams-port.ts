import type { TeamsWorldOptions } from "../../../demo/teams/options.ts";
import { createPace } from "../../../src/bot/pace.ts";
import { createTeamsConnector } from "../../../src/bot/teams/connector/connector.ts";
import { createFindPlace } from "../../../src/bot/teams/places/find-place.ts";
import { createInstallationBook } from "../../../src/bot/teams/places/installation-book.ts";

import { createTeamsChannel } from "../../../src/bot/teams/teams-channel.ts";
import type { Installation } from "../../../src/nouns/installation.ts";
import { createLogLines } from "../../support/log-lines.ts";
import { appId, createMemoryPlaces, onCall, releases, startTeams, team, tenantId } from "./teams-world.ts";

/** The port to a simulated Teams whose team and group chat are known. */
export async function openTeamsPort(
  options: { readonly world?: Partial<TeamsWorldOptions>; readonly timeoutMs?: number } = {},
) {
  const world = await startTeams(options.world);
  const store = createMemoryPlaces();
  const lines = createLogLines();
  const clock = { now: 1_000_000_000_000 };
  const place = (id: string, changes: Partial<Installation> = {}): Installation => ({
    platform: "teams",
    id,
    kind: "channel",
    tenant: tenantId,
    serviceUrl: world.serviceUrl(),
    teamId: team,
    state: "installed",
    updatedAt: 1,
    ...changes,
  });
  const { teamId: _none, ...chat } = place(onCall, { kind: "chat" });
  for (const one of [place(team), place(releases), chat]) store.places.set(one.id, one);
  const tokens = { given: 0, forgotten: 0 };
  const connector = createTeamsConnector({
    appId,
    now: () => clock.now,
    token: {
      get: () => {
        tokens.given += 1;
        return world.issueToken();
      },
      refused: () => {
        tokens.forgotten += 1;
      },
      passed: () => undefined,
    },
    ...(options.timeoutMs === undefined ? {} : { timeoutMs: options.timeoutMs }),
  });
  const book = createInstallationBook({ store, now: () => clock.now, log: lines.log });
  const findPlace = createFindPlace({ book, connector, now: () => clock.now, log: lines.log });
  const port = createTeamsChannel({
    actions: "execute",
    connector,
    findPlace,
    pace: createPace(() => clock.now),
  });
  return { world, store, book, clock, connector, findPlace, port, place, tokens, lines };
}
