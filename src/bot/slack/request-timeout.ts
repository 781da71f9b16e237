/** After this an answer of Slack counts as lost; a lost post is looked for after twice that. */
export const slackTimeoutMs = 10_000;
