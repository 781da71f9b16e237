import type { Log } from "../../log.ts";

const publicScope = "channels:history";

/** Whether the app may read history, where the configuration says that it may: Slack is the one who knows. */
export function createHistoryRight({ isWanted, log }: { readonly isWanted: boolean; readonly log: Log }) {
  let lacking: string | undefined;
  const trouble = (): string | undefined =>
    lacking === undefined
      ? undefined
      : `slack.history is true, but the app lacks the scope ${lacking}: a post whose answer is lost may show twice. Add the scope and install the app again, or set slack.history: false.`;
  const note = (scope: string | undefined): void => {
    const isNews = scope !== undefined && scope !== lacking;
    lacking = scope;
    if (isNews) log.warn({ step: "deliver", scope }, trouble());
  };
  return {
    /** Scopes of the token, as Slack says with each answer; undefined: it did not say. */
    hear: (scopes: readonly string[] | undefined): void => {
      if (!isWanted || scopes === undefined) return;
      if (!scopes.includes(publicScope)) note(publicScope);
      else if (lacking !== undefined && scopes.includes(lacking)) note(undefined);
    },
    /** Slack would not let us read a channel, for want of that scope. */
    refused: (scope: string): void => note(scope),
    isGiven: (): boolean => isWanted && lacking !== publicScope,
    /** What is missing, in words for the operator; undefined: nothing. */
    trouble,
  };
}
export type HistoryRight = ReturnType<typeof createHistoryRight>;
