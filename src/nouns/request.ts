import type { ChannelId } from "./channel.ts";
import type { Lock, LockScope } from "./lock.ts";
import type { OperationKind } from "./operation.ts";
import type { Principal } from "./principal.ts";

/** An operation that somebody asks for, read from a button's stored meaning or from a command, never from what the client sends. */
export interface Wish {
  readonly kind: OperationKind;
  readonly registry: string;
  readonly repository: string;
  readonly digest: string;
  /** The tag that the person saw; refused if it has moved since. */
  readonly tag?: string;
  readonly target?: string;
  /** `rollback`: the digest that the target ran when the button was rendered; refused if that has changed. */
  readonly expectedCurrent?: string;
  /** `release`, `reject`: what the person saw; refused if somebody has decided since. */
  readonly expectedQuarantine?: "held" | "failed";
  readonly reason?: string;
  /** Whose suggestion this accepts. */
  readonly suggestedBy?: Principal;
  /** Asks to go past approvals, soak, freeze and locks. */
  readonly breakGlass?: true;
}

/** Something that somebody asks for about an operation that is there already. */
export interface OperationOrder {
  readonly kind: "approve" | "decline" | "cancel";
  readonly operationId: string;
  readonly reason?: string;
}

export interface LockOrder {
  readonly kind: "lock" | "unlock";
  readonly scope: LockScope;
  readonly reason?: string;
  /** How long it holds, in ms; absent: until it is taken off. */
  readonly forMs?: number;
}

/** Asks those who have the role to ask for it. */
export interface SuggestOrder {
  readonly kind: "suggest";
  readonly wish: Wish;
}

/** What somebody without the role would have asked for. Who has the role and accepts it becomes the requester. */
export interface Suggestion {
  readonly id: string;
  readonly wish: Wish;
  readonly by: Principal;
  readonly at: number;
  readonly expiresAt: number;
  /** Roles that may do it. */
  readonly roles: readonly string[];
  readonly channel?: ChannelId;
}

/** What people set and what then stands until it is taken off or its time is over, by kind. */
export interface Standings {
  readonly lock: Lock;
  readonly suggestion: Suggestion;
}
export type StandingKind = keyof Standings;

/** Orders that set such a thing or take it off: each is decided on all that stands of its kind. */
export type StandingOrder = LockOrder;
/** What each of them sets or takes off. */
export const standingOf = { lock: "lock", unlock: "lock" } as const satisfies Record<
  StandingOrder["kind"],
  StandingKind
>;
export type OrderedStanding = (typeof standingOf)[StandingOrder["kind"]];

/** Everything that a click, a submission or a command may ask for. */
export type Order = Wish | OperationOrder | StandingOrder | SuggestOrder;

/** Whether an order is for a new operation. */
export function isWish(order: Order): order is Wish {
  return "digest" in order;
}

/** Whether an order sets something that stands, or takes it off. */
export function isStandingOrder(order: Order): order is StandingOrder {
  return order.kind in standingOf;
}

/** A click, submission or command that may change something: recorded before it is acknowledged. */
export interface Request {
  /** The platform's own id of the request, so that a retry of it is the same request. */
  readonly id: string;
  readonly who: Principal;
  /** Reference of the button it came from: one button gives at most one operation. */
  readonly buttonReference?: string;
  readonly channel?: ChannelId;
  readonly order: Order;
  readonly at: number;
}

export const buttonVerbs = [
  "deploy",
  "redeploy",
  "rollback",
  "release",
  "reject",
  "details",
  "approve",
  "decline",
  "cancel",
  "suggest",
  "accept",
] as const;
/** What a click on a button asks for. `details` only shows; `accept` takes a suggestion up. */
export type ButtonVerb = (typeof buttonVerbs)[number];

/** What a rendered button stands for. Stored when the card is rendered; a reference that is not stored means nothing. */
export interface ButtonMeaning {
  readonly reference: string;
  readonly channel: ChannelId;
  readonly subject: string;
  readonly incarnation: number;
  readonly verb: ButtonVerb;
  readonly tag?: string;
  /** Digest that the operation puts in place: the card's own, or for a roll back the previous one. */
  readonly digest: string;
  readonly target?: string;
  readonly expectedCurrent?: string;
  readonly expectedQuarantine?: "held" | "failed";
  /** `approve`, `decline`, `cancel`. */
  readonly operationId?: string;
  /** `accept`. */
  readonly suggestionId?: string;
  /** `suggest`: what would have been asked for. */
  readonly wish?: Wish;
}
