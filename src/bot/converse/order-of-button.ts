import { glassBroken, glassInputId } from "../../cards/order-dialog.ts";
import { keyOfSubject } from "../../nouns/artifact.ts";
import type { ButtonMeaning, OperationOrder, SuggestOrder, Wish } from "../../nouns/request.ts";
import type { Suggestion } from "../../nouns/suggestion.ts";
import type { Store } from "../../store/store.ts";

type Values = Readonly<Record<string, string>>;

/** What a button asks for, or why it can no longer be asked. */
export type ButtonOrder =
  | { readonly kind: "order"; readonly order: Wish | OperationOrder | SuggestOrder }
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
    readonly store: Pick<Store, "findSuggestion" | "operationsOfRepository">;
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
  const suggestion = suggestionId === undefined ? undefined : await deps.store.findSuggestion(suggestionId);
  const why =
    suggestion === undefined ? "This suggestion is over." : await whyClosed(suggestion, deps.store, deps.now);
  if (suggestion === undefined || why !== undefined)
    return { kind: "over", why: why ?? "This suggestion is over." };
  // Whether to break the glass is for whoever asks to say, never for who suggested it.
  const { breakGlass: _, ...wish } = suggestion.wish;
  return {
    kind: "order",
    order: { ...wish, ...reasonOf(reason), ...glassOf(values), suggestedBy: suggestion.by },
  };
}

/** Why a suggestion can no longer be taken up, in words for people; undefined: it can. */
export async function whyClosed(
  suggestion: Suggestion,
  store: Pick<Store, "operationsOfRepository">,
  now: number,
): Promise<string | undefined> {
  const { wish, by, at, expiresAt } = suggestion;
  // Whoever accepts asks within its time, so the operation is among the newest of the repository.
  const operations = await store.operationsOfRepository(wish.registry, wish.repository, 50);
  const taken = operations.find(
    ({ suggestedBy, requestedAt, kind, digest, target }) =>
      suggestedBy?.userId === by.userId &&
      suggestedBy.tenant === by.tenant &&
      suggestedBy.platform === by.platform &&
      requestedAt >= at &&
      kind === wish.kind &&
      digest === wish.digest &&
      target === wish.target,
  );
  if (taken !== undefined) return `${taken.requestedBy.name} has asked for it already.`;
  return expiresAt <= now ? "This suggestion is over: its time has passed." : undefined;
}

/** The wish of a button of a card, without what is entered in its dialog. */
function wishOf(meaning: ButtonMeaning, kind: Wish["kind"]): Wish {
  const { registry, repository } = keyOfSubject(meaning.subject);
  return {
    kind,
    registry,
    repository,
    digest: meaning.digest,
    ...(meaning.tag === undefined ? {} : { tag: meaning.tag }),
    ...(meaning.target === undefined ? {} : { target: meaning.target }),
    ...(meaning.expectedCurrent === undefined ? {} : { expectedCurrent: meaning.expectedCurrent }),
    ...(meaning.expectedQuarantine === undefined ? {} : { expectedQuarantine: meaning.expectedQuarantine }),
  };
}

function reasonOf(reason: string): { readonly reason?: string } {
  return reason === "" ? {} : { reason };
}

function glassOf(values: Values): Pick<Wish, "breakGlass"> {
  return values[glassInputId] === glassBroken ? { breakGlass: true } : {};
}
