import { present } from "../present.ts";
import type { ButtonVerb } from "./request.ts";
import { type Text, text } from "./text.ts";

/** Colour never stands alone: every tone comes with an icon and a word. */
export type Tone = "neutral" | "accent" | "good" | "warning" | "attention";

export type Button =
  | {
      readonly kind: "act";
      readonly verb: ButtonVerb;
      readonly label: string;
      readonly style: "default" | "primary" | "danger";
      /** Opaque: looked up in the store at the click; the client can forge it, so it carries no meaning by itself. */
      readonly reference: string;
    }
  | { readonly kind: "link"; readonly label: string; readonly url: string };

export interface Fact {
  readonly label: string;
  readonly value: Text;
}

/** One line about something that goes on or went on: an operation, a warning. */
export interface Note {
  readonly icon: string;
  readonly tone: Tone;
  readonly text: Text;
}

/**
 * What one channel shows of one artifact: neutral data until the last renderer.
 * A renderer never fails on it, whatever the texts hold.
 */
export interface Card {
  /** `shop/checkout:1.4.2` */
  readonly title: string;
  /** Short name of the registry. */
  readonly registry: string;
  /** Notification text: what, where, what happened. Never empty. */
  readonly summary: string;
  readonly state: { readonly icon: string; readonly word: string; readonly tone: Tone; readonly more?: Text };
  /** Warnings and operations, the most important first. */
  readonly notes: readonly Note[];
  readonly facts: readonly Fact[];
  /** `SBOM attached`, `signature attached, not verified`. */
  readonly badges: readonly string[];
  /** `westus ✓ eastus ✓`. */
  readonly regions?: Text;
  /** `staging 1.4.2 (this)`. */
  readonly running?: Text;
  readonly buttons: readonly Button[];
}

/** A short message: a reply in a card's thread, or a private answer. */
export interface Notice {
  readonly tone: Tone;
  readonly icon: string;
  readonly title?: string;
  readonly lines: readonly Text[];
  readonly buttons: readonly Button[];
  /** To somebody who may not ask at all: where they can't be told alone, it may stand where they asked. */
  readonly isForStranger?: true;
  /** They were told so often lately that no call is made for it. */
  readonly isSaidEnough?: true;
}

/** A notice with nothing to press. */
export function notice(
  tone: Notice["tone"],
  icon: string,
  lines: readonly (Text | string)[],
  title?: string,
): Notice {
  return present({ tone, icon, title, lines: lines.map((line) => text(line)), buttons: [] });
}
