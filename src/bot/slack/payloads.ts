import { z } from "zod";
import type { Principal } from "../../nouns/principal.ts";

// Only the fields that are used; whatever else Slack sends passes. Hostile until checked: a signature proves that Slack
// sent it, not that what a client put into it is true.
const Person = z.object({
  id: z.string().max(64),
  name: z.string().max(200).optional(),
  username: z.string().max(200).optional(),
  team_id: z.string().max(64).optional(),
});

/** A click on a button of a message. */
export const BlockActions = z.object({
  team: z.object({ id: z.string() }).nullish(),
  user: Person,
  trigger_id: z.string(),
  channel: z.object({ id: z.string() }).optional(),
  container: z.object({ message_ts: z.string().optional(), is_ephemeral: z.boolean().optional() }).optional(),
  actions: z.array(z.object({ action_id: z.string(), value: z.string().max(2_000).optional() })).min(1),
});
export type BlockActions = z.infer<typeof BlockActions>;

// Of an input, or of a menu; what is neither was not entered.
const value = z.string().nullish();
const Element = z.object({ value, selected_option: z.object({ value }).nullish() }).catch({});

/** A submitted modal. */
export const ViewSubmission = z.object({
  team: z.object({ id: z.string() }).nullish(),
  user: Person,
  trigger_id: z.string(),
  view: z.object({
    id: z.string(),
    private_metadata: z.string().max(3_000),
    state: z.object({ values: z.record(z.string(), z.record(z.string(), Element)) }),
  }),
});
type ViewSubmission = z.infer<typeof ViewSubmission>;

/** A slash command. */
export const SlashCommand = z.object({
  team_id: z.string(),
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
  team: z.string().optional(),
  user_team: z.string().optional(),
  channel: z.string().max(64),
  channel_type: z.string().optional(),
  text: z.string().max(40_000).default(""),
  ts: z.string(),
  thread_ts: z.string().optional(),
});

/**
 * Who acted: with the workspace that the payload names, and a foreign one if either the payload or the person is of
 * another workspace. One signing secret covers every workspace that installs the app.
 */
export function slackPrincipal(
  user: z.infer<typeof Person>,
  payloadTeam: string | undefined,
  home: string,
): Principal {
  const teams = [payloadTeam, user.team_id].filter((team) => team !== undefined);
  const tenant = teams.find((team) => team !== home) ?? home;
  return { platform: "slack", tenant, userId: user.id, name: user.username ?? user.name ?? user.id };
}

/** What was entered into a modal, by input id: every input's block has its id, and its element the id `value`. */
export function valuesOf(view: ViewSubmission["view"]): Readonly<Record<string, string>> {
  const entries = Object.entries(view.state.values).map(([id, block]) => {
    const [element] = Object.values(block);
    return [id, element?.value ?? element?.selected_option?.value ?? ""];
  });
  return Object.fromEntries(entries);
}
