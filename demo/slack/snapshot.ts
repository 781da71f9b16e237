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

/** The snapshot as indented text, cut to a length that a test report can show. */
export function describeSnapshot(snapshot: SlackSnapshot): string {
  const text = JSON.stringify(snapshot, undefined, 2);
  return text.length > 12_000 ? `${text.slice(0, 12_000)}\n… (${text.length} characters)` : text;
}
