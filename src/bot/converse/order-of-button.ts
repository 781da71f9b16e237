import { glassBroken, glassInputId } from "../../cards/order-dialog.ts";
import { keyOfSubject } from "../../nouns/artifact.ts";
import type { ButtonMeaning, Order, Wish } from "../../nouns/request.ts";
import { closedAmong, whyClosed } from "../../policy/verdict-on-suggestion.ts";
import { present } from "../../present.ts";
import type { Store } from "../../store/store.ts";

type Values = Readonly<Record<string, string>>;

/** What a button asks for, or why it can no longer be asked. */
export type ButtonOrder =
  | { readonly kind: "order"; readonly order: Order }
  | { readonly kind: "over"; readonly why: string };

/**
 * What a press asks for, out of what its button stands for and what was entered. A suggestion that is accepted is read
 * anew: it may be taken up or over.
 */
export async function orderOf(
  meaning: ButtonMeaning,
  values: Values,
  reason: string,
  deps: {
    readonly store: Pick<Store, "findStanding" | "operationsOfRepository">;
    readonly now: number;
  },
): Promise<ButtonOrder> {
  const { verb, operationId, wish } = meaning;
  switch (verb) {
    case "approve":
    case "decline":
    case "cancel":
      return operationId === undefined
        ? meaningless
        : { kind: "order", order: { kind: verb, operationId, ...reasonOf(reason) } };
    case "suggest":
      return wish === undefined ? meaningless : { kind: "order", order: { kind: verb, wish } };
    case "accept":
      return await acceptedWish(meaning, values, reason, deps);
    case "details":
      return meaningless;
    default:
      return { kind: "order", order: { ...wishOf(meaning, verb), ...reasonOf(reason), ...glassOf(values) } };
  }
}

const meaningless: ButtonOrder = { kind: "over", why: "This button means nothing any more." };

async function acceptedWish(
  { suggestionId }: ButtonMeaning,
  values: Values,
  reason: string,
  deps: Parameters<typeof orderOf>[3],
): Promise<ButtonOrder> {
  const { store, now } = deps;
  const suggestion =
    suggestionId === undefined ? undefined : await store.findStanding("suggestion", suggestionId);
  if (suggestion === undefined) return { kind: "over", why: "This suggestion is over." };
  const { registry, repository } = suggestion.wish;
  const operations = await store.operationsOfRepository(registry, repository, closedAmong);
  const why = whyClosed(suggestion, operations, now);
  if (why !== undefined) return { kind: "over", why };
  // Whether to break the glass is for whoever asks to say, never for who suggested it.
  const { breakGlass: _, ...wish } = suggestion.wish;
  const order = { ...wish, ...reasonOf(reason), ...glassOf(values), suggestedBy: suggestion.by };
  return { kind: "order", order };
}

/** The wish of a button of a card, without what is entered in its dialog. */
function wishOf(meaning: ButtonMeaning, kind: Wish["kind"]): Wish {
  const { registry, repository } = keyOfSubject(meaning.subject);
  const { digest, tag, target, expectedCurrent, expectedQuarantine } = meaning;
  return present({ kind, registry, repository, digest, tag, target, expectedCurrent, expectedQuarantine });
}

function reasonOf(reason: string): { readonly reason?: string } {
  return reason === "" ? {} : { reason };
}

function glassOf(values: Values): Pick<Wish, "breakGlass"> {
  return values[glassInputId] === glassBroken ? { breakGlass: true } : {};
}
