import type { Principal } from "./principal.ts";

/** A run of text. Every string in it is hostile until a renderer has escaped it. */
export type Span =
  | { readonly kind: "plain"; readonly text: string }
  | { readonly kind: "bold"; readonly text: string }
  | { readonly kind: "code"; readonly text: string }
  /** Shown in the viewer's own time zone; ms since the epoch. */
  | { readonly kind: "time"; readonly at: number }
  /** Rendered as a link only if the address is https (or http on loopback, for the demo); else as plain text. */
  | { readonly kind: "link"; readonly text: string; readonly url: string }
  /** A person: mentioned on their own platform, named on the other. */
  | { readonly kind: "person"; readonly who: Principal }
  /**
   * A role that is called by name: mentioned by the id of each platform (Slack: a person or user group, Teams: a person),
   * named where there is none. The ids are the operator's, never from outside.
   */
  | { readonly kind: "role"; readonly name: string; readonly slack?: string; readonly teams?: string };

export type Text = readonly Span[];

type Part = string | Span;

/** Text made of spans and strings, and of lists of them; a bare string is plain text, undefined is nothing. */
export function text(...parts: readonly (Part | readonly Part[] | undefined)[]): Text {
  return parts
    .flat()
    .filter((part) => part !== undefined)
    .map((part) => (typeof part === "string" ? { kind: "plain", text: part } : part));
}

/** A value to be shown letter by letter: a digest, a tag, a repository. */
export function code(value: string): Span {
  return { kind: "code", text: value };
}

/** Text of a template: what is filled in as a string is shown letter by letter. */
export function withCode(words: TemplateStringsArray, ...values: readonly (string | Text)[]): Text {
  return words.flatMap((plain, index) => {
    const value = values[index];
    return text(plain === "" ? [] : plain, typeof value === "string" ? code(value) : value);
  });
}

/** Text that matters. */
export function bold(value: string): Span {
  return { kind: "bold", text: value };
}

/** A moment, in ms since the epoch. */
export function time(at: number): Span {
  return { kind: "time", at };
}

/** Somebody, by a mention where their platform has one. */
export function person(who: Principal): Span {
  return { kind: "person", who };
}

/** What a Text says without any formatting, for notification texts and logs; times are ISO 8601. */
export function plainOf(spans: Text): string {
  return spans
    .map((span) => {
      if (span.kind === "time") return new Date(span.at).toISOString();
      if (span.kind === "person") return span.who.name;
      if (span.kind === "role") return span.name;
      return span.text;
    })
    .join("");
}
