import type { PacedCall } from "../pace.ts";

// docs.slack.dev/apis/web-api/rate-limits: so many a minute for each method and workspace; the bursts are within what
// Slack calls tolerated, and leave room for what else the app is asked to send.
const tier2 = { burst: 10, everyMs: 3_000 };
const tier3 = { burst: 20, everyMs: 1_200 };
const tier4 = { burst: 30, everyMs: 600 };
// chat.postMessage: "one message per second per channel" with short bursts, and several hundred a minute in all.
const posting = { burst: 2, everyMs: 1_000, forPeople: 1 };
const allPosting = { burst: 20, everyMs: 250, forPeople: 5 };
const generous = { burst: 20, everyMs: 200 };

/** What we ask of Slack, as it counts that: by method, and posts by channel besides. */
export const slackCalls = {
  post: (channel: string): PacedCall => [
    { name: `chat.postMessage ${channel}`, rate: posting },
    { name: "chat.postMessage", rate: allPosting },
  ],
  update: [{ name: "chat.update", rate: tier3 }],
  whisper: [{ name: "chat.postEphemeral", rate: tier4 }],
  respond: (channel: string): PacedCall => [{ name: `response_url ${channel}`, rate: generous }],
  openView: [{ name: "views.open", rate: tier4 }],
  readUser: [{ name: "users.info", rate: tier4 }],
  readGroup: [{ name: "usergroups.users.list", rate: tier2 }],
  readHistory: [{ name: "conversations.history", rate: tier3 }],
  readReplies: [{ name: "conversations.replies", rate: tier3 }],
  testToken: [{ name: "auth.test", rate: generous }],
} as const satisfies Readonly<Record<string, PacedCall | ((channel: string) => PacedCall)>>;

/** How long a question that somebody waits for may wait for its turn. */
export const askPatienceMs = 5_000;
/** A search by delivery, whose lease goes on meanwhile. */
export const searchPatienceMs = 2_000;
/** And one of the background, where a turn comes every 3 s: less than a step of due work may take. */
export const readPatienceMs = 30_000;
