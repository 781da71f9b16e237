/** After this an answer of Slack counts as lost; a lost post is looked for after twice that. */
export const requestTimeoutMs = 10_000;
