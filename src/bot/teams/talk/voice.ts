import { renderTeamsNotice } from "../../../cards/teams/adaptive-notice.ts";
import { ChatopsError } from "../../../errors.ts";
import type { TeamsConnector } from "../connector/connector.ts";
import { activityOf } from "../connector/outgoing-activity.ts";
import type { InstallationBook } from "../places/installation-book.ts";
import type { FindMember } from "../teams-directory.ts";
import type { TeamsVoice } from "./private-answer.ts";

interface Deps {
  readonly connector: Pick<TeamsConnector, "send" | "openChat" | "findMember">;
  readonly book: Pick<InstallationBook, "find" | "list">;
  readonly tenantId: string;
}

/** Speaks through the connector. A person's own chat is the one that was installed, else Teams is asked for it. */
export function createVoice({ connector, book, tenantId }: Deps): TeamsVoice {
  return {
    say: async ({ serviceUrl, conversationId }, said, plain = false) => {
      const site = { serviceUrl, tenant: tenantId };
      await connector.send(site, conversationId, activityOf(renderTeamsNotice(said), plain));
    },
    openChat: async (userId, serviceUrl) => {
      const own = (await book.list()).find(
        (place) => place.kind === "person" && place.userId === userId && place.state === "installed",
      );
      if (own !== undefined) return { serviceUrl: own.serviceUrl, conversationId: own.id };
      try {
        const conversationId = await connector.openChat({ serviceUrl, tenant: tenantId }, userId);
        return { serviceUrl, conversationId };
      } catch (error) {
        // 403: neither for this person nor for a team of theirs is the app installed.
        if (error instanceof ChatopsError && error.code === "chat-channel-unavailable") return undefined;
        throw error;
      }
    },
  };
}

/** Asks for a member of a place that we know of; undefined: they are not in it, or we are not. */
export function createFindMember({ connector, book }: Deps): FindMember {
  return async (conversationId, userId) => {
    const place = await book.find(conversationId);
    if (place === undefined) return undefined;
    try {
      return await connector.findMember(place, conversationId, userId);
    } catch (error) {
      if (error instanceof ChatopsError && error.code === "chat-channel-unavailable") return undefined;
      throw error;
    }
  };
}
