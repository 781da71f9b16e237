import type { ChannelId } from "./channel.ts";
import type { OperationKind } from "./operation.ts";
import type { Principal } from "./principal.ts";

/** What somebody asks for, read from a button's stored meaning or from a command, never from what the client sends. */
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
}

/** A click, submission or command that may change something: recorded before it is acknowledged. */
export interface Request {
  /** The platform's own id of the request, so that a retry of it is the same request. */
  readonly id: string;
  readonly who: Principal;
  /** Reference of the button it came from: one button gives at most one operation. */
  readonly buttonReference?: string;
  readonly channel?: ChannelId;
  readonly wish: Wish;
  readonly at: number;
}

/** What a rendered button stands for. Stored when the card is rendered; a reference that is not stored means nothing. */
export interface ButtonMeaning {
  readonly reference: string;
  readonly channel: ChannelId;
  readonly subject: string;
  readonly incarnation: number;
  readonly verb: "deploy" | "redeploy" | "rollback" | "release" | "reject" | "details";
  readonly tag?: string;
  /** Digest that the operation puts in place: the card's own, or for a roll back the previous one. */
  readonly digest: string;
  readonly target?: string;
  readonly expectedCurrent?: string;
  readonly expectedQuarantine?: "held" | "failed";
}
