import { z } from "zod";
import type { ChannelId } from "../../../nouns/channel.ts";
import type { Principal } from "../../../nouns/principal.ts";
import { placeOfConversation } from "../activity-envelope.ts";

// Only the fields that are used; whatever else Teams sends passes. Hostile until checked: a token proves that the Bot
// Framework sent it, not that what a client put into it is true.
const id = z.string().min(1).max(500);
const name = z.string().max(500).nullish();
const tenantId = z.string().max(64).nullish();
const Account = z.object({ id, name, aadObjectId: z.string().max(64).nullish(), tenantId });
/** What people do, as Teams sends it to `/api/messages` (Bot Framework, "Activity object"; learn.microsoft.com/microsoftteams). */
export const Activity = z.object({
  type: z.string().max(64),
  id: z.string().max(500).nullish(),
  /** Of an invoke: `adaptiveCard/action`, `task/fetch`, `task/submit`. */
  name,
  serviceUrl: z.string().max(2_000),
  from: Account,
  recipient: Account,
  conversation: z.object({
    id,
    conversationType: z.string().max(64).nullish(),
    tenantId,
  }),
  channelData: z
    .object({
      tenant: z.object({ id: z.string().max(64).nullish() }).nullish(),
      /** Of `messageUpdate`: `editMessage`, `undeleteMessage`. */
      eventType: z.string().max(64).nullish(),
    })
    .nullish(),
  timestamp: z.string().max(64).nullish(),
  text: z.string().max(100_000).nullish(),
  entities: z
    .array(
      z.object({
        type: z.string().nullish(),
        text: z.string().nullish(),
        mentioned: z.object({ id: z.string().nullish(), name }).nullish(),
      }),
    )
    .max(1_000)
    .nullish(),
  /** The sender's zone of the IANA database. */
  localTimezone: z.string().max(64).nullish(),
  /** The message that a click was made on, or whose thread a message is in. */
  replyToId: z.string().max(500).nullish(),
  value: z.unknown().optional(),
});
export type Activity = z.infer<typeof Activity>;

/** The place of an activity as a channel of ours. */
export function channelOf(activity: Activity): ChannelId {
  return `teams:${placeOfConversation(activity.conversation.id)}`;
}

/** Whether it comes from somebody's own chat with the bot. */
export function isPersonal({ conversation }: Activity): boolean {
  return conversation.conversationType === "personal";
}

// No tenant is called so: somebody without an account in Entra (an anonymous guest) is never one of ours.
const noTenant = "none";

/**
 * Who acted. The conversation's tenant is the host's, `channelData` and the account name the sender's: a foreign one in
 * any makes the person a foreigner. Ids of Entra have no case.
 */
export function teamsPrincipal({ from, conversation, channelData }: Activity, home: string): Principal {
  const tenants = [channelData?.tenant?.id, conversation.tenantId, from.tenantId]
    .filter((tenant) => typeof tenant === "string" && tenant !== "")
    .map((tenant) => String(tenant).toLowerCase());
  const objectId = from.aadObjectId?.toLowerCase();
  const tenant =
    objectId === undefined || tenants.length === 0 ? noTenant : tenants.find((one) => one !== home);
  return {
    platform: "teams",
    tenant: tenant ?? home,
    userId: objectId ?? from.id,
    name: from.name ?? from.id,
  };
}

/**
 * The platform's own id of a request. A message's id is unique in its conversation only, and a repetition of the same
 * activity has the same; undefined for one without an id, which could not be told from another.
 */
export function requestIdOf({ id, conversation }: Activity): string | undefined {
  return typeof id === "string" && id !== ""
    ? `teams:${placeOfConversation(conversation.id)}:${id}`
    : undefined;
}
