import { createHash } from "node:crypto";
import { principalKey } from "../../nouns/principal.ts";
import type { ButtonMeaning } from "../../nouns/request.ts";

// 22 and 21 characters of base64url: 132 bits for the wish, 126 for the place.
const wishCharacters = 22;
const allCharacters = 43;

/**
 * An opaque name for what a button stands for: 43 characters of base64url. The same meaning in the same generation
 * gives the same name, so that rendering a card twice stores nothing new; it is looked up, never decoded. It begins
 * alike on the artifact's cards in every channel, and whatever tag the card is called by.
 */
export function referenceOf(
  { channel, ...meaning }: Omit<ButtonMeaning, "reference">,
  generation: string,
): string {
  // A list, not an object: JSON keeps its order, and no field can run into the next.
  const wish = [
    meaning.subject,
    meaning.incarnation,
    meaning.verb,
    meaning.digest,
    meaning.target ?? null,
    meaning.expectedCurrent ?? null,
    generation,
    ...(meaning.expectedQuarantine === undefined ? [] : [meaning.expectedQuarantine]),
    ...(meaning.operationId === undefined ? [] : ["operation", meaning.operationId]),
    ...(meaning.suggestionId === undefined ? [] : ["suggestion", meaning.suggestionId]),
    ...(meaning.wish === undefined ? [] : [wishOf(meaning.wish)]),
  ];
  const own = hashOf([channel, meaning.tag ?? null, ...wish]).slice(0, allCharacters - wishCharacters);
  return `${sharedReference(hashOf(wish))}${own}`;
}

function wishOf(wish: NonNullable<ButtonMeaning["wish"]>): readonly unknown[] {
  const { kind, registry, repository, digest, tag, target, reason, breakGlass } = wish;
  const { expectedCurrent, expectedQuarantine, suggestedBy } = wish;
  const who = suggestedBy === undefined ? null : principalKey(suggestedBy);
  return [
    ...[kind, registry, repository, digest, tag ?? null, target ?? null, reason ?? null],
    ...[breakGlass ?? null, expectedCurrent ?? null, expectedQuarantine ?? null, who],
  ];
}

/** What the buttons of one wish have in common, in whatever channel and under whatever tag: together they give one operation. */
export function sharedReference(reference: string): string {
  return reference.slice(0, wishCharacters);
}

function hashOf(fields: readonly unknown[]): string {
  return createHash("sha256").update(JSON.stringify(fields)).digest("base64url");
}
