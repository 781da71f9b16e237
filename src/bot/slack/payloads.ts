import { z } from "zod";
import type { Principal } from "../../nouns/principal.ts";
import type { SlackHome } from "./home.ts";

// Only the fields that are used; whatever else Slack sends passes. Hostile until checked: a signature proves that Slack
// sent it, not that what a client put into it is true.
const id = z.string().max(64).nullish();
const Person = z.object({
  id: z.string().max(64),
  name: z.string().max(200).optional(),
  username: z.string().max(200).optional(),
  team_id: id,
});

const Group = z.object({ id: z.string().max(64) }).nullish();

/** A click on a button of a message. */
export const BlockActions = z.object({
  /** Where the app is installed that posted the message; of what is installed in a whole organization there is none. */
  team: Group,
  /** The organization of Enterprise Grid. */
  enterprise: Group,
  user: Person,
  trigger_id: z.string(),
  channel: z.object({ id: z.string() }).optional(),
  container: z
    .object({
      message_ts: z.string().optional(),
      thread_ts: z.string().optional(),
      is_ephemeral: z.boolean().optional(),
    })
    .optional(),
  actions: z.array(z.object({ action_id: z.string(), value: z.string().max(2_000).optional() })).min(1),
});
export type BlockActions = z.infer<typeof BlockActions>;

// Of an input, or of a menu; what is neither was not entered.
const value = z.string().nullish();
const Element = z.object({ value, selected_option: z.object({ value }).nullish() }).catch({});

/** A submitted modal. */
export const ViewSubmission = z.object({
  /** Where it was submitted: in a shared channel not always where the app is installed (bolt-js #1614). */
  team: Group,
  enterprise: Group,
  user: Person,
  trigger_id: z.string(),
  view: z.object({
    id: z.string(),
    app_installed_team_id: id,
    private_metadata: z.string().max(3_000),
    state: z.object({ values: z.record(z.string(), z.record(z.string(), Element)) }),
  }),
});
type ViewSubmission = z.infer<typeof ViewSubmission>;

/** A slash command. */
export const SlashCommand = z.object({
  team_id: z.string().max(64),
  enterprise_id: id,
  user_id: z.string().max(64),
  user_name: z.string().max(200).optional(),
  channel_id: z.string().max(64),
  text: z.string().max(8_000).default(""),
  trigger_id: z.string(),
});

/** A mention of the bot, or a direct message to it. */
export const TypedMessage = z.object({
  type: z.string(),
  subtype: z.string().optional(),
  bot_id: z.string().optional(),
  user: z.string().max(64).optional(),
  team: id,
  user_team: id,
  channel: z.string().max(64),
  channel_type: z.string().optional(),
  text: z.string().max(40_000).default(""),
  ts: z.string(),
  thread_ts: z.string().optional(),
  /** Slack sends a mention again when somebody edits it: the same `ts`, another event. */
  edited: z.object({ ts: z.string().max(64) }).optional(),
});

/** An edit of a message in a direct conversation: `message_changed`, which pictures of links and our own edits are too. */
export const ChangedMessage = z.object({
  channel: z.string().max(64),
  message: TypedMessage.omit({ type: true, channel: true }).extend({
    edited: z.object({ ts: z.string().max(64) }),
  }),
  previous_message: z.object({ text: z.string().max(40_000).default("") }),
});

/** The installation that a request is for: one signing secret covers every workspace that installs the app. */
interface Place {
  readonly team: string | null | undefined;
  readonly enterprise: string | null | undefined;
}

const Envelope = z.object({
  team_id: id,
  enterprise_id: id,
  authorizations: z.array(z.object({ team_id: id, enterprise_id: id })).nullish(),
});

/**
 * The installation that an event is for. In a channel that another company shared, `team_id` of its envelope is that
 * company's workspace, and `authorizations` name ours (bolt-js #687).
 */
export function placeOfEvent(body: unknown, home: SlackHome): Place {
  const { authorizations, ...envelope } = Envelope.parse(body);
  const all = authorizations ?? [];
  const { team_id, enterprise_id } = all.find(({ team_id }) => team_id === home.teamId) ?? all[0] ?? envelope;
  return { team: team_id, enterprise: enterprise_id };
}

/**
 * Who acted: somebody of our workspace, as far as the request tells, or of the foreign one that it names. Whether they
 * are a member is asked of Slack: here somebody is only ever kept out.
 */
export function slackPrincipal(
  user: z.infer<typeof Person>,
  { team, enterprise }: Place,
  home: SlackHome,
): Principal {
  const isOurOrganization = home.enterpriseId !== undefined && enterprise === home.enterpriseId;
  const place = isOurOrganization ? undefined : (team ?? enterprise);
  // On Enterprise Grid it is one fixed workspace of the person's, or the organization, whichever was clicked in
  // (bolt-js #1875).
  const own = home.enterpriseId === undefined ? user.team_id : undefined;
  const foreign = [place, own].find((one) => typeof one === "string" && one !== home.teamId);
  const name = user.username ?? user.name ?? user.id;
  return { platform: "slack", tenant: foreign ?? home.teamId, userId: user.id, name };
}

/** What was entered into a modal, by input id: every input's block has its id, and its element the id `value`. */
export function valuesOf(view: ViewSubmission["view"]): Readonly<Record<string, string>> {
  const entries = Object.entries(view.state.values).map(([id, block]) => {
    const [element] = Object.values(block);
    return [id, element?.value ?? element?.selected_option?.value ?? ""];
  });
  return Object.fromEntries(entries);
}
