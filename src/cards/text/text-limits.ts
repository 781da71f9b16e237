/**
 * Slack's limits, in code points or items (docs.slack.dev/reference/block-kit and /reference/views, read 2026).
 * A message over any of them is refused whole (`invalid_blocks`).
 */
export const slackLimits = {
  blocksPerMessage: 50,
  blocksPerView: 100,
  text: 3000,
  sectionFields: 10,
  sectionFieldText: 2000,
  headerText: 150,
  contextElements: 10,
  actionsElements: 25,
  buttonText: 75,
  buttonValue: 2000,
  url: 3000,
  placeholder: 150,
  plainTextInput: 3000,
  inputLabel: 2000,
  inputHint: 2000,
  optionText: 75,
  optionValue: 150,
  selectOptions: 100,
  viewTitle: 24,
  viewSubmit: 24,
  viewClose: 24,
  privateMetadata: 3000,
  // All blocks of a message together. Not documented; `msg_blocks_too_long` comes at about 13,200 characters
  // (slackapi/bolt-js issue 2509), so stay below it.
  blocksJson: 12_000,
  // "For best results" 4,000 characters in a message without blocks (docs.slack.dev, chat.postMessage).
  messageText: 3900,
  // Toasts on phones show less than this; ours to choose.
  notificationText: 300,
} as const;

/** Teams' limits (learn.microsoft.com, "Limits and specifications"), and ours where it names none. */
export const teamsLimits = {
  // A bot's message is 100 KB counted in UTF-16; over it Teams answers 413 MessageSizeTooBig. Keep a fifth free.
  messageBytes: 80 * 1024,
  // A Workflows post holds 28,672 bytes with its envelope.
  workflowBytes: 24 * 1024,
  // No documented limit: these keep one hostile text from filling the card.
  text: 3000,
  factText: 1000,
  title: 200,
  actionTitle: 75,
  // Teams shows six buttons of a set; the rest goes into a menu.
  primaryActions: 6,
  summary: 300,
  choices: 100,
} as const;

/** How much of hostile or endless values a card shows before it cuts them; the Details dialog shows more. */
export const shown = {
  title: 120,
  name: 40,
  buttonName: 24,
  userAgent: 60,
  reason: 300,
  outcome: 400,
  logLines: 8,
  progress: 200,
  people: 5,
  steps: 20,
  platforms: 8,
  tags: 8,
  regions: 12,
  notes: 5,
  running: 8,
  detail: 1500,
  history: 30,
} as const;

/** What people must and may write as a reason, in code points after trimming. */
export const reasonLimits = { min: 3, max: 500 } as const;
