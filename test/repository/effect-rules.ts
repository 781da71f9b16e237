/** A word of code that leads to an effect on the outside, or to an operation, and the only files that may have it. */
export interface EffectRule {
  readonly name: string;
  readonly word: RegExp;
  /** Paths begin so. */
  readonly where: readonly string[];
  readonly instead: string;
}

const byOperation =
  "Ask for an operation by src/bot/converse/orders.ts: it is decided, written down and audited before its effect.";
const byLane = "Only the loop in src/operations takes operations up, and decides again before the effect.";

/** Who may do what changes something. A file that stands in no row may not. */
export const effectRules: readonly EffectRule[] = [
  {
    name: "a tag is written",
    word: /\bputTag\b/,
    where: ["src/operations/", "src/registry/"],
    instead: byOperation,
  },
  {
    name: "a quarantine is set",
    word: /\bsetQuarantine\b/,
    where: ["src/operations/", "src/registry/"],
    instead: byOperation,
  },
  {
    name: "a target's steps are taken",
    word: /\.steps\(|\breviewSteps\b/,
    where: ["src/operations/"],
    instead: byOperation,
  },
  { name: "steps are run", word: /\brunSteps\b/, where: ["src/operations/"], instead: byLane },
  {
    name: "an operation is taken up",
    word: /\b(operateWork|writeJournal|noteDigestBefore)\b/,
    where: ["src/operations/", "src/store/", "src/app.ts"],
    instead: byLane,
  },
  {
    // What follows an operation by itself is written with its end.
    name: "an operation is ended",
    word: /\bfinishOperation\b/,
    where: ["src/operations/", "src/store/"],
    instead: byLane,
  },
  {
    name: "a request is decided",
    word: /\bdecideRequest\b/,
    where: ["src/bot/converse/orders.ts", "src/store/"],
    instead: byOperation,
  },
  {
    name: "the verdicts are made",
    word: /\bcreateVerdicts\b/,
    where: ["src/bot/converse/orders.ts", "src/policy/verdicts.ts"],
    instead: byOperation,
  },
  {
    name: "an operation is made of a decision",
    word: /\bnewOperation\b/,
    where: ["src/policy/verdicts.ts", "src/policy/new-operation.ts"],
    instead: "Decide first: src/policy/verdicts.ts makes operations of what was granted.",
  },
  {
    name: "an operation is made without a person",
    word: /\brollbackAfter\b/,
    where: ["src/operations/go-back.ts", "src/policy/new-operation.ts"],
    instead: "Only a failed operation is followed by one of itself.",
  },
  {
    name: "a row of an operation is written",
    word: /\binsertOperation\b|insertInto\("operations"\)/,
    where: [
      "src/store/operations/operation-row.ts",
      "src/store/requests.ts",
      "src/store/operations/finish-operation.ts",
    ],
    instead: "A new operation comes of a verdict, or of another's end.",
  },
  {
    // Soak, roll backs and plans rest on what a target is known to run.
    name: "what a target runs is noted",
    word: /\brecordPlacement\b/,
    where: ["src/operations/watch-work.ts", "src/artifacts/observe-environment.ts", "src/store/"],
    instead: "It comes of an operation's end, or of what was seen at the target.",
  },
];

/** A file that leads to effects when it is imported, and the only ones that may import it, types included. */
export interface DoorRule {
  readonly door: RegExp;
  readonly where: readonly string[];
  readonly instead: string;
}

export const doorRules: readonly DoorRule[] = [
  {
    door: /^src\/operations\/targets\//,
    where: ["src/operations/targets/", "src/operations/find-target.ts"],
    instead: "A target is found by src/operations/find-target.ts.",
  },
  {
    door: /^src\/operations\/(find-target|steps-of|review-steps|job-of)\.ts$/,
    where: ["src/operations/", "src/app.ts"],
    instead: "Take what is needed as a function from src/app.ts; whoever has a target has its steps.",
  },
  {
    door: /^src\/operations\/(run-steps|keeper|go-back)\.ts$/,
    where: ["src/operations/"],
    instead: byLane,
  },
  {
    door: /^src\/azure\/(arm-caller|arm-connection)\.ts$/,
    where: ["src/azure/", "src/registry/", "src/operations/targets/"],
    instead: "Who can call ARM can change it: use a port.",
  },
  {
    door: /^src\/outgoing\/github-app-token\.ts$/,
    where: ["src/operations/targets/"],
    instead: "That token can start workflows.",
  },
  {
    door: /^src\/policy\/(judge|new-operation)\.ts$/,
    where: ["src/policy/", "src/bot/converse/orders.ts", "src/operations/go-back.ts"],
    instead: byOperation,
  },
];
