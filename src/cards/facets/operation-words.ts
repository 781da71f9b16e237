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

/** The words for an operation of that kind on that target. */
export function wordsFor({ kind, target }: Pick<Operation, "kind" | "target">): OperationWords {
  const where = target ?? "its target";
  switch (kind) {
    case "release":
    case "reject":
      return reviewWords[kind];
    case "deploy":
      return {
        name: `Deploy to ${where}`,
        doing: `Deploying to ${where}`,
        done: `Deployed to ${where}`,
        would: `deploy to ${where}`,
      };
    case "redeploy":
      return {
        name: `Redeploy on ${where}`,
        doing: `Redeploying on ${where}`,
        done: `Redeployed on ${where}`,
        would: `redeploy on ${where}`,
      };
    case "rollback":
      return {
        name: `Roll back of ${where}`,
        doing: `Rolling back ${where}`,
        done: `Rolled back ${where}`,
        would: `roll back ${where}`,
      };
    default:
      return kind satisfies never;
  }
}
