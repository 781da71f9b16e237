import type { Tone } from "../../nouns/card.ts";
import type { Operation, OperationState, Vote } from "../../nouns/operation.ts";
import { type OperationWords, wordsFor } from "./operation-words.ts";

/** How one operation looks in a note, a headline and a notice. */
export interface OperationLook {
  readonly icon: string;
  readonly tone: Tone;
  /** `Deploy to production awaits approval` */
  readonly said: string;
}

interface Look extends Omit<OperationLook, "said"> {
  readonly said: (words: OperationWords) => string;
}

const looks = {
  "awaiting-approval": { icon: "✋", tone: "warning", said: ({ name }) => `${name} awaits approval` },
  queued: { icon: "⏳", tone: "accent", said: ({ name }) => name },
  running: { icon: "🔄", tone: "accent", said: ({ doing }) => doing },
  cancelling: { icon: "🛑", tone: "warning", said: ({ name }) => `${name} is being cancelled` },
  succeeded: { icon: "✅", tone: "good", said: ({ done }) => done },
  failed: { icon: "❌", tone: "attention", said: ({ name }) => `${name} failed` },
  cancelled: { icon: "🚫", tone: "neutral", said: ({ name }) => `${name} was cancelled` },
  expired: { icon: "⌛", tone: "neutral", said: ({ name }) => `${name} expired` },
  "in-doubt": { icon: "❓", tone: "attention", said: ({ name }) => `${name} is in doubt` },
} as const satisfies Record<OperationState, Look>;

/** The look of an operation as it is now. */
export function lookOfOperation(operation: Operation): OperationLook {
  const { icon, tone, said } = looks[operation.state];
  const words = wordsFor(operation);
  if (declineOf(operation) !== undefined) return { icon, tone, said: `${words.name} was declined` };
  const rejected = operation.kind === "reject" && operation.state === "succeeded";
  return { icon: rejected ? "⛔" : icon, tone, said: said(words) };
}

/** The vote that ended it, if it was declined. */
export function declineOf({ state, votes }: Operation): Vote | undefined {
  return state === "cancelled" ? votes.findLast(({ vote }) => vote === "decline") : undefined;
}
