import { createHash } from "node:crypto";
import type { ButtonMeaning } from "../nouns/request.ts";

/**
 * An opaque name for what a button stands for: 43 characters of base64url. The same meaning in the same generation
 * gives the same name, so that rendering a card twice stores nothing new; it is looked up, never decoded.
 */
export function referenceOf(meaning: Omit<ButtonMeaning, "reference">, generation: string): string {
  // A list, not an object: JSON keeps its order, and no field can run into the next.
  const fields = [
    meaning.channel,
    meaning.subject,
    meaning.incarnation,
    meaning.verb,
    meaning.tag ?? null,
    meaning.digest,
    meaning.target ?? null,
    meaning.expectedCurrent ?? null,
    generation,
  ];
  return createHash("sha256").update(JSON.stringify(fields)).digest("base64url");
}
