import type { IMention } from "@microsoft/teams.cards";
import type { Principal } from "../nouns/principal.ts";
import type { Text } from "../nouns/text.ts";
import { cleanLine } from "./clean-text.ts";
import { cutEnd } from "./cut-text.ts";
import { shown } from "./limits.ts";

// An Entra object id, or Teams' own `29:…` id (learn.microsoft.com, "Mention support within Adaptive Cards").
const userId = /^([0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}|29:[\w-]+)$/i;
// A name with anything else in it could end the tag or format; it is shown without a mention.
const plainName = /^[\p{L}\p{M}\p{N} .,'’-]+$/u;

/** Who a card can mention: the text of the mention by user id. Two people of one name: only the first. */
export type Mentionable = ReadonlyMap<string, string>;

/** The people in these texts that Teams can mention. */
export function mentionable(texts: readonly Text[]): Mentionable {
  const names = new Set<string>();
  const found = new Map<string, string>();
  for (const span of texts.flat()) {
    if (span.kind !== "person" || !isOnTeams(span.who) || found.has(span.who.userId)) continue;
    const name = cutEnd(cleanLine(span.who.name).trim(), shown.name);
    if (!plainName.test(name) || names.has(name)) continue;
    names.add(name);
    found.set(span.who.userId, `<at>${name}</at>`);
  }
  return found;
}

/** The entities that Teams wants beside the texts: exactly those whose mention was not cut away. */
export function mentionsIn(json: string, people: Mentionable): IMention[] {
  return [...people]
    .filter(([, said]) => json.includes(JSON.stringify(said).slice(1, -1)))
    .map(([id, said]) => ({
      type: "mention",
      text: said,
      mentioned: { id, name: said.slice("<at>".length, -"</at>".length) },
    }));
}

function isOnTeams(who: Principal): boolean {
  return who.platform === "teams" && userId.test(who.userId);
}
