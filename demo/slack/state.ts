import type { JsonObject } from "../shared/json-object.ts";
import type { SlackUser, SlackWorld } from "./options.ts";

/** The blocks of a message or view, already checked. */
export type Blocks = readonly JsonObject[];

/** A message as everybody in the channel sees it. Replaced whole at each edit, never changed in place. */
export type SlackMessage = {
  readonly ts: string;
  readonly thread_ts?: string;
  readonly user: string;
  readonly text: string;
  readonly blocks: Blocks;
  readonly bot_id?: string;
  readonly metadata?: JsonObject;
  readonly subtype?: string;
  /** How often it was updated, shown or not. */
  readonly edits: number;
  /** Slack's "(edited)": only for messages without blocks. */
  readonly edited?: { readonly user: string; readonly ts: string };
};

/** What one person alone sees, until they reload. */
export type SlackEphemeral = {
  readonly ts: string;
  readonly thread_ts?: string;
  readonly channel: string;
  readonly user: string;
  readonly text: string;
  readonly blocks: Blocks;
};

/** An open modal. */
export type SlackView = {
  readonly id: string;
  readonly user: string;
  readonly callback_id: string;
  readonly blocks: Blocks;
  readonly title: string;
  readonly submit?: string;
  readonly close?: string;
  readonly private_metadata: string;
  readonly external_id: string;
  readonly clear_on_close: boolean;
  readonly notify_on_close: boolean;
  readonly hash: string;
  readonly root_view_id: string;
  readonly previous_view_id?: string;
  /** By block_id: what the bot's last answer said is wrong. */
  readonly errors: Readonly<Record<string, string>>;
};

/** A platform error shown to one person, such as `operation_timeout`. */
export type SlackNotice = {
  readonly user: string;
  readonly channel?: string;
  readonly error: string;
  readonly detail: string;
  readonly at: number;
};

/** A channel or a direct conversation, with its messages oldest first. */
export type SlackChannel = {
  readonly id: string;
  readonly name: string;
  readonly kind: "channel" | "group" | "im";
  readonly isExtShared: boolean;
  readonly hostTeam?: string;
  /** The person of a direct conversation. */
  readonly user?: string;
  readonly members: Set<string>;
  isArchived: boolean;
  messages: readonly SlackMessage[];
};

/** Everything that the workspace remembers. Only the files beside this one change it, and say so by `changed`. */
export type SlackState = {
  readonly world: SlackWorld;
  readonly users: ReadonlyMap<string, SlackUser>;
  readonly channels: Map<string, SlackChannel>;
  ephemerals: readonly SlackEphemeral[];
  views: readonly SlackView[];
  notices: readonly SlackNotice[];
  /** Why the bot's token is refused since it was taken away: `token_revoked` or `account_inactive`. */
  refusal?: string;
  /** A timestamp that no message of this workspace has had: `1763762400.000100`. */
  readonly nextTs: () => string;
  /** An id that was never given before, such as `V0000000007`. */
  readonly nextId: (letter: string) => string;
  readonly changed: () => void;
};

/** Whether somebody is in our workspace, as a member or a guest. */
export function isOfTeam({ team }: SlackWorld, user: SlackUser): boolean {
  return user.enterprise?.teams.includes(team.id) ?? (user.team_id ?? team.id) === team.id;
}

/** The workspace as it is before anything happened. */
export function createState(world: SlackWorld, changed: () => void): SlackState {
  let lastMicros = 0;
  let ids = 0;
  const home = world.users.filter((user) => isOfTeam(world, user));
  const channels = world.channels.map((option): [string, SlackChannel] => {
    const people = option.is_ext_shared === true ? world.users : home;
    const members = new Set(option.members ?? people.map((user) => user.id));
    if (option.botIsMember !== false) members.add(world.bot.userId);
    else members.delete(world.bot.userId);
    const channel: SlackChannel = {
      id: option.id,
      name: option.name,
      kind: option.is_private === true ? "group" : "channel",
      isExtShared: option.is_ext_shared === true,
      ...(option.hostTeam === undefined ? {} : { hostTeam: option.hostTeam }),
      members,
      isArchived: option.is_archived === true,
      messages: [],
    };
    return [option.id, channel];
  });
  return {
    world,
    users: new Map(world.users.map((user) => [user.id, user])),
    channels: new Map(channels),
    ephemerals: [],
    views: [],
    notices: [],
    nextTs: () => {
      // Slack's timestamps step by 100 microseconds here, so that ts within one millisecond differ.
      lastMicros = Math.max(Math.floor(world.now()) * 1000, lastMicros + 100);
      return `${Math.floor(lastMicros / 1_000_000)}.${String(lastMicros % 1_000_000).padStart(6, "0")}`;
    },
    nextId: (letter) => {
      ids += 1;
      return `${letter}${String(ids).padStart(10, "0")}`;
    },
    changed,
  };
}
