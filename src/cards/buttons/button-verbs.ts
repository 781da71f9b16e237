import type { ButtonVerb } from "../../nouns/request.ts";

/** What one click does, with nothing asked in between. */
export const immediateVerbs = ["approve", "cancel", "suggest"] as const satisfies readonly ButtonVerb[];
export type ImmediateVerb = (typeof immediateVerbs)[number];
/** What a dialog asks about before anything happens. */
export type DialogVerb = Exclude<ButtonVerb, ImmediateVerb | "details">;

/** Whether a button acts at its click: it is recorded and decided at once. */
export function isImmediate<T extends { readonly verb: ButtonVerb }>(
  it: T,
): it is T & { readonly verb: ImmediateVerb } {
  return immediateVerbs.some((verb) => verb === it.verb);
}

/** Whether a button's click is answered by a dialog that asks. */
export function opensDialog<T extends { readonly verb: ButtonVerb }>(
  it: T,
): it is T & { readonly verb: DialogVerb } {
  return it.verb !== "details" && !isImmediate(it);
}
