import { useCallback, useState } from "react";
import { botUserId, slackbotId } from "../people.tsx";
import type { Ephemeral, World } from "../world.ts";
import type { TimedEphemeral } from "./timeline.ts";

const nowAsTs = (): string => (Date.now() / 1000).toFixed(6);

/** What one person alone sees in a channel: the bot's ephemerals, Slack's notices, and what this page itself has to
 * say; without those that they dismissed. A notice that names no channel shows in the open one. */
export function useEphemerals(slack: World["slack"]): {
  readonly seenBy: (user: string, channel: string) => readonly TimedEphemeral[];
  readonly say: (ephemeral: Ephemeral) => void;
  readonly dismiss: (key: string) => void;
} {
  const [own, setOwn] = useState<readonly TimedEphemeral[]>([]);
  const [dismissed, setDismissed] = useState<ReadonlySet<string>>(new Set());

  const say = useCallback((ephemeral: Ephemeral) => {
    const ts = nowAsTs();
    setOwn((now) => [...now, { ...ephemeral, ts, key: `page:${now.length}`, author: slackbotId }]);
  }, []);
  const dismiss = useCallback((key: string) => setDismissed((now) => new Set([...now, key])), []);

  const seenBy = (user: string, channel: string): readonly TimedEphemeral[] =>
    [...fromBot(slack.ephemerals), ...fromSlack(slack.notices ?? [], channel), ...own].filter(
      (only) => only.user === user && only.channel === channel && !dismissed.has(only.key),
    );
  return { seenBy, say, dismiss };
}

function fromBot(ephemerals: readonly Ephemeral[]): readonly TimedEphemeral[] {
  return ephemerals.map((ephemeral, index) => {
    const ts = ephemeral.ts ?? nowAsTs();
    return { ...ephemeral, ts, key: `bot:${ephemeral.ts ?? index}`, author: botUserId };
  });
}

function fromSlack(
  notices: NonNullable<World["slack"]["notices"]>,
  openChannel: string,
): readonly TimedEphemeral[] {
  return notices.map(({ user, channel, error, detail, at }) => ({
    user,
    channel: channel ?? openChannel,
    text: `⚠️ The app did not answer as Slack expects: \`${error}\`\n${detail}`,
    ts: (at / 1000).toFixed(6),
    key: `slack:${at}:${user}:${error}`,
    author: slackbotId,
  }));
}
