import { openTeamsPort } from "../bot/teams/teams-port.ts";
import { releases } from "../bot/teams/teams-world.ts";
import { channelContract } from "./channel-contract.ts";

const posts = ["createConversation", "sendToConversation", "replyToActivity"];
const httpMethods = { post: "POST", update: "PUT" } as const;

channelContract("the channel of Teams", async () => {
  const { world, port } = await openTeamsPort();
  return {
    port,
    channel: `teams:${releases}`,
    elsewhere: "teams:19:nowhere@thread.tacv2",
    seen: () =>
      world.messages(releases).map(({ id, text, summary, card, edits, replyToId }) => ({
        id,
        words: JSON.stringify([text, summary, card]),
        isRich: card !== null,
        edits,
        ...(replyToId === undefined ? {} : { thread: replyToId }),
      })),
    calls: (call) =>
      world
        .calls()
        .filter(({ method }) => (call === "update" ? method === "updateActivity" : posts.includes(method)))
        .length,
    fault: ({ call, ...rest }) => void world.fault({ method: httpMethods[call], ...rest }),
    refuseContent: (call) => void world.fault({ method: httpMethods[call], status: 413 }),
    deleteMessage: (id) => world.deleteMessage(releases, id),
    closeChannel: () => world.archiveTeam(),
    complaints: () => world.complaints(),
  };
});
