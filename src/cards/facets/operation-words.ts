import type { Operation, OperationKind } from "../../nouns/operation.ts";

/** One operation in the words of a headline, a note and a button. No word of it is hostile but the target's name. */
export interface OperationWords {
  /** `Deploy to staging` */
  readonly name: string;
  /** `Deploying to staging` */
  readonly doing: string;
  /** `Deployed to staging` */
  readonly done: string;
  /** `deploy to staging`, to follow "would". */
  readonly would: string;
}

const reviewWords = {
  release: { name: "Release", doing: "Releasing", done: "Released", would: "release it" },
  reject: { name: "Reject", doing: "Rejecting", done: "Rejected", would: "reject it" },
} as const satisfies Partial<Record<OperationKind, OperationWords>>;

const placingWords = {
  deploy: { name: "Deploy to", doing: "Deploying to", done: "Deployed to", would: "deploy to" },
  redeploy: { name: "Redeploy on", doing: "Redeploying on", done: "Redeployed on", would: "redeploy on" },
  rollback: { name: "Roll back of", doing: "Rolling back", done: "Rolled back", would: "roll back" },
} as const satisfies Partial<Record<OperationKind, OperationWords>>;

/** The words for an operation of that kind on that target. */
export function wordsFor({
  kind,
  target = "its target",
}: Pick<Operation, "kind" | "target">): OperationWords {
  if (kind === "release" || kind === "reject") return reviewWords[kind];
  const { name, doing, done, would } = placingWords[kind];
  return {
    name: `${name} ${target}`,
    doing: `${doing} ${target}`,
    done: `${done} ${target}`,
    would: `${would} ${target}`,
  };
}
