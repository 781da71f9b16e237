import type { SlackEphemeral, SlackMessage, SlackNotice, SlackState, SlackView } from "./state.ts";

/** What can be seen in the workspace: the `slack` part of `GET /demo/api/state`. */
export type SlackSnapshot = {
  readonly channels: Readonly<Record<string, readonly SlackMessage[]>>;
  readonly ephemerals: readonly SlackEphemeral[];
  readonly views: readonly SlackView[];
  readonly notices: readonly SlackNotice[];
};

/** The workspace at this moment. Later changes do not show in it: messages are replaced, never altered. */
export function takeSnapshot(state: SlackState): SlackSnapshot {
  return {
    channels: Object.fromEntries(
      [...state.channels.values()].map((channel) => [channel.id, channel.messages]),
    ),
    ephemerals: state.ephemerals,
    views: state.views,
    notices: state.notices,
  };
}
