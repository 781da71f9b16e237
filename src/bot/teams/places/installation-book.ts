import type { Log } from "../../../log.ts";
import type { Installation } from "../../../nouns/installation.ts";
import { present } from "../../../present.ts";
import type { Store } from "../../../store/store.ts";
import type { ActivityEnvelope } from "../activity-envelope.ts";
import { effectOf } from "./installation-effect.ts";
import { installationsFrom, placesIn } from "./installations-from-activity.ts";

/** The places of Teams where the bot is or was, kept in the store. */
export function createInstallationBook(deps: {
  readonly store: Pick<Store, "saveInstallation" | "findInstallation" | "listInstallations" | "wakeWaiting">;
  readonly now: () => number;
  readonly log: Log;
}) {
  const { store, now, log } = deps;
  const find = (id: string) => store.findInstallation("teams", id);
  const list = () => store.listInstallations("teams");

  const save = async (installation: Installation): Promise<void> => {
    await store.saveInstallation(installation);
    const { id, kind, state, teamId } = installation;
    // A channel may be reachable through its team, so everything that waits in Teams is tried again.
    if (state === "installed") await store.wakeWaiting("teams", now());
    log.info({ step: "receive", place: id, kind, state, teamId }, "a place of Teams is known anew");
  };

  return {
    find,
    list,
    /** Writes down what an activity that passed the gate says about places; most say nothing new and write nothing. */
    learn: async (activity: ActivityEnvelope): Promise<void> => {
      const near = (await Promise.all(placesIn(activity).map(({ id }) => find(id)))).filter(
        (place) => place !== undefined,
      );
      const known = isAboutTeam(activity, near) ? await list() : near;
      for (const changed of installationsFrom(activity, known, now())) await save(changed);
    },
    /** Writes down channels of a team that a call to Teams has shown; those that are known stay as they are. */
    learnChannels: async (team: Installation, channels: readonly Named[]): Promise<void> => {
      for (const { id, name, hasOwnMembers } of channels) {
        if ((await find(id)) !== undefined) continue;
        const channel = { id, kind: "channel" as const, name, hasOwnMembers };
        await save(present({ ...team, ...channel, updatedAt: now() }));
      }
    },
  };
}
export type InstallationBook = ReturnType<typeof createInstallationBook>;

type Named = Pick<Installation, "id" | "name" | "hasOwnMembers">;

/** A team is looked at as a whole only when something about it changes: most activities read a row or three. */
function isAboutTeam(activity: ActivityEnvelope, near: readonly Installation[]): boolean {
  if (activity.channelData?.team?.id === undefined) return false;
  const { about, from } = effectOf(activity);
  const isUpdate = activity.type === "installationUpdate" || activity.type === "conversationUpdate";
  if (about === "team" && isUpdate) return true;
  return near.some(({ serviceUrl, state }) => serviceUrl !== activity.serviceUrl || from.includes(state));
}
