import type { IMention } from "@microsoft/teams.cards";
import type { Span, Text } from "../../nouns/text.ts";
import { cleanLine } from "../text/clean-text.ts";
import { cutEnd } from "../text/cut-text.ts";
import { shown } from "../text/text-limits.ts";

// An Entra object id, or Teams' own `29:…` id (learn.microsoft.com, "Mention support within Adaptive Cards").
const userId = /^([0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}|29:[\w-]+)$/i;
// A name with anything else in it could end the tag or format; it is shown without a mention.
const plainName = /^[\p{L}\p{M}\p{N} .,'’-]+$/u;

type Called = Extract<Span, { kind: "person" | "role" }>;

/** What a card can mention: the text of the mention and whose it is, by `mentionKey`. One name is one mention only. */
export type Mentionable = ReadonlyMap<string, { readonly text: string; readonly id: string }>;

/** What a person or role is found by among the mentionable: a person by their id, a role by its name. */
export function mentionKey(span: Called): string {
  return span.kind === "person" ? `person ${span.who.userId}` : `role ${span.name}`;
}

/** The people and roles in these texts that Teams can mention; a role by the person whom the operator named for it. */
export function mentionable(texts: readonly Text[]): Mentionable {
  const names = new Set<string>();
  const found = new Map<string, { readonly text: string; readonly id: string }>();
  for (const span of texts.flat()) {
    if (span.kind !== "person" && span.kind !== "role") continue;
    const id = idOf(span);
    if (id === undefined || found.has(mentionKey(span))) continue;
    const name = cutEnd(cleanLine(span.kind === "person" ? span.who.name : span.name).trim(), shown.name);
    if (!plainName.test(name) || names.has(name)) continue;
    names.add(name);
    found.set(mentionKey(span), { text: `<at>${name}</at>`, id });
  }
  return found;
}

/** The entities that Teams wants beside the texts: exactly those whose mention was not cut away. */
export function mentionsIn(json: string, people: Mentionable): IMention[] {
  return [...people.values()]
    .filter(({ text }) => json.includes(JSON.stringify(text).slice(1, -1)))
    .map(({ text, id }) => ({
      type: "mention",
      text,
      mentioned: { id, name: text.slice("<at>".length, -"</at>".length) },
    }));
}

function idOf(span: Called): string | undefined {
  const id = span.kind === "role" ? span.teams : span.who.platform === "teams" ? span.who.userId : undefined;
  return id !== undefined && userId.test(id) ? id : undefined;
}
