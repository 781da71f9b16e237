import { createTeamsCredential } from "./azure/credentials.ts";
import type { ChannelPort } from "./bot/deliver/channel-port.ts";
import { createWebhookChannel } from "./bot/deliver/webhook-channel.ts";
import { createPace } from "./bot/pace.ts";
import type { ChatPlatform } from "./bot/platform.ts";
import type { Config } from "./config/config.ts";
import type { Log } from "./log.ts";
import type { Store } from "./store/store.ts";
import type { Clock } from "./work/clock.ts";

interface Deps {
  readonly config: () => Config;
  readonly store: Store;
  readonly clock: Clock;
  readonly log: Log;
}

/**
 * The chat systems that the configuration has at the start. Their libraries (Slack 0.14 s and 80 MB, Teams 0.6 s and 100 MB) are
 * loaded only then.
 */
export async function openPlatforms(deps: Deps): Promise<readonly ChatPlatform[]> {
  const { config, store, clock, log } = deps;
  const { slack, teams } = config();
  const platforms: ChatPlatform[] = [];
  if (slack !== undefined) {
    const { openSlack } = await import("./bot/slack/open-slack.ts");
    platforms.push(openSlack({ slack, clock, log }));
  }
  if (teams !== undefined) {
    const { openTeams } = await import("./bot/teams/open-teams.ts");
    const getToken = createTeamsCredential(teams);
    platforms.push(openTeams({ teams, config, store, getToken, clock, log }));
  }
  return platforms;
}

/** The notify-only destinations, as the configuration names them now. */
export async function openNotifyOnly({
  config,
  clock,
}: Pick<Deps, "config" | "clock">): Promise<readonly ChannelPort[]> {
  const { slackWebhook } = await import("./bot/slack/slack-webhook.ts");
  const { teamsWorkflow } = await import("./bot/teams/teams-workflow.ts");
  const deps = { pace: createPace(clock.now), now: clock.now };
  return [
    createWebhookChannel(slackWebhook, { ...deps, urls: () => config().slackWebhooks }),
    createWebhookChannel(teamsWorkflow, { ...deps, urls: () => config().teamsWorkflows }),
  ];
}
