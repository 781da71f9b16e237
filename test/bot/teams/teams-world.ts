import { onTestFinished } from "vitest";
import type { TeamsWorldOptions } from "../../../demo/teams/options.ts";
import { createTeamsWorld, type TeamsWorld } from "../../../demo/teams/world.ts";
import type { TeamsConfig } from "../../../src/config/config.ts";
import type { Installation } from "../../../src/nouns/installation.ts";
import type { KeySet, Store } from "../../../src/store/store.ts";

export const tenantId = "72f988bf-0000-4000-8000-2d7cd011db47";
export const foreignTenantId = "0f0f0f0f-0000-4000-8000-00000000beef";
export const appId = "b07c0de0-1111-4222-8333-acc0ffee0001";
export const team = "19:contoso-platform@thread.tacv2";
export const releases = "19:releases@thread.tacv2";
export const general = "19:general@thread.tacv2";
export const onCall = "19:oncall@thread.v2";
export const appSecret = "the-demo-app-secret";

/** The world that these tests share the shape of. */
export const defaults: TeamsWorldOptions = {
  tenantId,
  bot: { appId, name: "acr" },
  appSecret,
  people: [
    { id: "29:maya", name: "Maya Lindqvist", aadObjectId: "a11ce000-0000-4000-8000-0000000000a1" },
    { id: "29:priya", name: "Priya Nair", aadObjectId: "a11ce000-0000-4000-8000-0000000000b2" },
    {
      id: "29:zoe",
      name: "Zoe Foreign",
      aadObjectId: "a11ce000-0000-4000-8000-0000000000c3",
      tenantId: foreignTenantId,
    },
  ],
  teams: [
    {
      id: team,
      name: "Contoso platform",
      aadGroupId: "7e0a51b4-2f3c-4a57-9f7d-5c1b0f6a9001",
      channels: [
        { id: general, name: "General" },
        { id: releases, name: "releases", isShared: true },
      ],
      isInstalled: true,
    },
  ],
  groups: [{ id: onCall, name: "On call", isInstalled: true }],
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
