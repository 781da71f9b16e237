import { describe, expect, it } from "vitest";
import type { Installation } from "../../src/nouns/installation.ts";
import { type StorePlace, useStore } from "./store-kit.ts";

const releases: Installation = {
  platform: "teams",
  id: "19:releases@thread.tacv2",
  kind: "channel",
  tenant: "72f988bf-0000-4000-8000-2d7cd011db47",
  serviceUrl: "https://smba.trafficmanager.net/emea/",
  name: "releases",
  teamId: "19:contoso-platform@thread.tacv2",
  state: "installed",
  updatedAt: 1,
};

/** Places on chat platforms. */
export function installationContract(place: StorePlace): void {
  describe("installations", () => {
    const kit = useStore(place);

    it("keeps a place as it was told last, also over a restart", async () => {
      expect(await kit.store.findInstallation("teams", releases.id)).toBeUndefined();
      await kit.store.saveInstallation(releases);
      const { name: _name, ...unnamed } = releases;
      const removed: Installation = { ...unnamed, state: "removed", updatedAt: 2 };
      await kit.store.saveInstallation(removed);
      const store = await kit.reopen();
      expect(await store.findInstallation("teams", releases.id)).toEqual(removed);
      expect(await store.findInstallation("slack", releases.id)).toBeUndefined();
    });

    it("lists every place of a platform, whatever its state, and no other's", async () => {
      const chat: Installation = {
        platform: "teams",
        id: "19:oncall@thread.v2",
        kind: "chat",
        tenant: releases.tenant,
        serviceUrl: releases.serviceUrl,
        state: "archived",
        updatedAt: 3,
      };
      await kit.store.saveInstallation(releases);
      await kit.store.saveInstallation(chat);
      await kit.store.saveInstallation({ ...chat, platform: "slack" });
      expect(await kit.store.listInstallations("teams")).toEqual([chat, releases]);
    });

    it("keeps names that are hostile as they are", async () => {
      const name = `"'; drop table installations; -- \u0000\ud800\u202e`;
      await kit.store.saveInstallation({ ...releases, name });
      expect(await kit.store.findInstallation("teams", releases.id)).toEqual({ ...releases, name });
    });
  });
}
