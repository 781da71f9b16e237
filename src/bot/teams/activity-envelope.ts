import { z } from "zod";

// Conversation ids of personal chats are the longest that Teams makes, about 150 characters.
const id = z.string().min(1).max(500);
const name = z.string().nullish();
/** `type`: of a channel `standard`, `private` or `shared`; not in every activity. */
const place = z.looseObject({ id, name, type: z.string().nullish() });

/**
 * What every activity of Teams has in common, and what tells where the bot is. Hostile until the gate has let it
 * through, and its texts hostile after that too. Fields that are not used here pass.
 */
export const ActivityEnvelope = z.looseObject({
  type: z.string().min(1).max(64),
  channelId: z.string().max(64),
  serviceUrl: z.string().max(500),
  from: z
    .looseObject({ id, aadObjectId: z.string().max(64).nullish(), tenantId: z.string().nullish() })
    .nullish(),
  recipient: z.looseObject({ id }).nullish(),
  conversation: z.looseObject({
    id,
    name,
    conversationType: z.string().nullish(),
    tenantId: z.string().nullish(),
  }),
  channelData: z
    .looseObject({
      tenant: z.looseObject({ id: z.string() }).nullish(),
      team: place.nullish(),
      channel: place.nullish(),
      settings: z.looseObject({ selectedChannel: place.nullish() }).nullish(),
      eventType: z.string().nullish(),
    })
    .nullish(),
  /** Of `installationUpdate`. */
  action: z.string().nullish(),
  membersAdded: z.array(z.looseObject({ id })).nullish(),
  membersRemoved: z.array(z.looseObject({ id })).nullish(),
});
export type ActivityEnvelope = z.infer<typeof ActivityEnvelope>;

/** Whether somebody wrote, edited or pressed something; the rest only tells where the bot is. */
export function isByPerson(type: unknown): boolean {
  return type === "invoke" || type === "message" || type === "messageUpdate";
}

/** Whether a channel of such a type has members of its own; undefined: its team's, or nobody said. */
export function ownMembersOf(type: string | null | undefined): true | undefined {
  return type === "private" || type === "shared" ? true : undefined;
}

/** The conversation without the thread that its id may name (`19:…@thread.tacv2;messageid=…`). */
export function placeOfConversation(conversationId: string): string {
  const thread = conversationId.indexOf(";messageid=");
  return thread === -1 ? conversationId : conversationId.slice(0, thread);
}
