import type { Wish } from "../nouns/request.ts";

/** `Deploy shop/checkout:1.4.2 to staging`, for answers. */
export function sentenceOf(wish: Pick<Wish, "kind" | "repository" | "tag" | "digest" | "target">): string {
  const image = `${wish.repository}${wish.tag === undefined ? `@${wish.digest.slice(0, 19)}…` : `:${wish.tag}`}`;
  switch (wish.kind) {
    case "deploy":
      return `Deploy ${image} to ${wish.target}`;
    case "redeploy":
      return `Redeploy ${image} on ${wish.target}`;
    case "rollback":
      return `Roll back ${wish.repository} on ${wish.target} to ${wish.digest.slice(0, 19)}…`;
    case "release":
      return `Release ${image}`;
    case "reject":
      return `Reject ${image}`;
    default:
      return wish.kind satisfies never;
  }
}
