import type { JsonObject } from "../shared/json-object.ts";
import type { Arguments } from "./read-arguments.ts";
import type { SlackState } from "./state.ts";
import type { Triggers } from "./triggers.ts";

/** One Web API call that has passed token, scope and rate. */
export type MethodCall = {
  readonly state: SlackState;
  readonly triggers: Triggers;
  readonly args: Arguments;
  /** Of the token that came with it. */
  readonly scopes: readonly string[];
};

/** Has its effect and gives the fields beside `ok`; throws `SlackError` for a refusal. */
export type Method = (call: MethodCall) => JsonObject;

/** Methods by their name in the Web API. */
export type Methods = Readonly<Record<string, Method>>;
