import { onTestFinished } from "vitest";
import { cast } from "../../../demo/cast.ts";
import type { TeamsWorldOptions } from "../../../demo/teams/options.ts";
import { createTeamsWorld, type TeamsWorld } from "../../../demo/teams/world.ts";
import type { TeamsConfig } from "../../../src/config/config.ts";
import type { Installation } from "../../../src/nouns/installation.ts";
import type { KeySet, Store } from "../../../src/store/store.ts";

const { people, group } = cast.teams;
export const tenantId = "72f988bf-0000-4000-8000-2d7cd011db47";
export const foreignTenantId = people[2].tenantId;
export const { appId } = cast.teams;
export const team = cast.teams.team.id;
const [{ id: generalId }, { id: releasesId }] = cast.teams.team.channels;
export const [general, releases, onCall] = [generalId, releasesId, group.id];
export const appSecret = "the-demo-app-secret";

/** The world that these tests share the shape of. */
export const defaults: TeamsWorldOptions = {
  tenantId,
  bot: { appId, name: "acr" },
  appSecret,
  people: people.slice(0, 3),
  teams: [{ ...cast.teams.team, isInstalled: true }],
  groups: [{ ...group, isInstalled: true }],
  rates: false,
};

/** A simulated Teams, closed when the test ends. */
export async function startTeams(options: Partial<TeamsWorldOptions> = {}): Promise<TeamsWorld> {
  const world = await createTeamsWorld({ ...defaults, ...options });
  onTestFinished(() => world.close());
  return world;
}

/** The configuration of a bot in that world. */
export function teamsConfig(world: Pick<TeamsWorld, "openIdMetadataUrl" | "address">): TeamsConfig {
  return {
    appId,
    tenantId,
    auth: { type: "secret", secret: appSecret },
    openIdMetadataUrl: world.openIdMetadataUrl,
    tokenIssuer: "https://api.botframework.com",
    loginUrl: world.address,
    scope: "https://api.botframework.com/.default",
    groups: false,
    actions: "execute",
  };
}

/** Keys and places in memory. */
export interface MemoryPlaces
  extends Pick<
    Store,
    | "findKeySet"
    | "saveKeySet"
    | "saveInstallation"
    | "findInstallation"
    | "listInstallations"
    | "wakeWaiting"
  > {
  readonly keys: Map<string, KeySet>;
  readonly places: Map<string, Installation>;
  /** The kinds of channels whose waiting messages were woken. */
  readonly woken: string[];
}

/** An empty one. */
export function createMemoryPlaces(): MemoryPlaces {
  const keys = new Map<string, KeySet>();
  const places = new Map<string, Installation>();
  const woken: string[] = [];
  return {
    keys,
    places,
    findKeySet: async (issuer) => keys.get(issuer),
    saveKeySet: async (next) => void keys.set(next.issuer, next),
    saveInstallation: async (place) => void places.set(place.id, place),
    findInstallation: async (_platform, id) => places.get(id),
    listInstallations: async () => [...places.values()],
    wakeWaiting: async (kind) => void woken.push(kind),
    woken,
  };
}
