import type { PacedCall, Rate } from "../pace.ts";
import { answerPatienceMs, type PatientCall } from "../patient-call.ts";
import type { TeamsConnector } from "./connector/connector.ts";

// learn.microsoft.com, "Optimize your bot with rate limiting": in one conversation a bot may write 7 times a second, 8 in
// 2 s, 60 in 30 s and 1,800 an hour, posts and edits together, and read twice as often; 50 calls a second in the tenant.
const writing: Rate = { burst: 6, everyMs: 2_100, forPeople: 2 };
const reading: Rate = { burst: 10, everyMs: 1_100 };
const inTenant = { name: "all", rate: { burst: 10, everyMs: 25 } };

/** What we ask of Teams, as it counts that: by conversation, of which a thread is a part. */
export const teamsCalls = {
  write: (conversation: string): PacedCall => [
    { name: `write ${placeOf(conversation)}`, rate: writing },
    inTenant,
  ],
  read: (conversation: string): PacedCall => [
    { name: `read ${placeOf(conversation)}`, rate: reading },
    inTenant,
  ],
};

function placeOf(conversation: string): string {
  return conversation.replace(/;messageid=.*$/, "");
}

// Somebody's roles wait for it.
const askPatienceMs = 5_000;

/** The calls that are made for people, each when the pace has room for it. */
export type TeamsForPeople = Pick<TeamsConnector, "send" | "openChat" | "findMember" | "listChannels">;

/** Puts these calls of a connector in turn with the cards, and before them. */
export function withPatience(connector: TeamsForPeople, callPatiently: PatientCall): TeamsForPeople {
  const { write, read } = teamsCalls;
  return {
    send: (site, place, activity) =>
      callPatiently(write(place), answerPatienceMs, () => connector.send(site, place, activity)),
    openChat: (site, userId) =>
      callPatiently(write(userId), answerPatienceMs, () => connector.openChat(site, userId)),
    findMember: (site, place, userId) =>
      callPatiently(read(place), askPatienceMs, () => connector.findMember(site, place, userId)),
    listChannels: (site, teamId) =>
      callPatiently(read(teamId), askPatienceMs, () => connector.listChannels(site, teamId)),
  };
}
