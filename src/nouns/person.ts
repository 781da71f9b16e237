/** One human with an account on both platforms, as the operator says; never guessed from names or addresses. */
export interface Person {
  /** Shown name, unique in the configuration. */
  readonly name: string;
  /** Slack user id (U…, W…). */
  readonly slack: string;
  /** Entra object id, in lower case. */
  readonly teams: string;
}

/** What one human is counted by: `person:<name>`, or the principal's own key where nobody said who they are. */
export type PersonKey = `person:${string}` | `${"slack" | "teams"}:${string}:${string}`;
