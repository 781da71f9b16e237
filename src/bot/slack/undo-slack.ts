// docs.slack.dev/messaging/formatting-message-text, "Advanced formatting": how Slack writes people, user groups,
// channels, the whole channel and links into a message's text.
const person = /<@([UW][A-Z0-9]+)(?:\|([^<>]*))?>/g;
const group = /<!subteam\^(S[A-Z0-9]+)(?:\|@?([^<>]*))?>/g;
const channel = /<#([A-Z0-9]+)(?:\|([^<>]*))?>/g;
const everybody = /<!(here|channel|everyone)(?:\|[^<>]*)?>/g;
const labelled = /<[^<>|]*\|([^<>]*)>/g;
const link = /<((?:https?|mailto):[^<>]*)>/g;

/** Whom a message mentions, by id. */
export function mentionedIn(text: string): readonly string[] {
  return [...new Set([...text.matchAll(person)].flatMap(([, id]) => id ?? []))];
}

/**
 * The text of a message without the mention of us. Whom else it mentions is left by name, as one word that calls nobody,
 * whatever the name holds; links are what people saw.
 */
export function undoSlack(text: string, ours: readonly string[], names: ReadonlyMap<string, string>): string {
  return text
    .replace(person, (_whole, id: string, label?: string) =>
      ours.includes(id) ? " " : `@${oneWord(names.get(id) ?? label ?? "") || id}`,
    )
    .replace(group, (_whole, id: string, label?: string) => `@${oneWord(label ?? "") || id}`)
    .replace(channel, (_whole, id: string, label?: string) => `#${oneWord(label ?? "") || id}`)
    .replace(everybody, "@$1")
    .replace(labelled, "$1")
    .replace(link, "$1");
}

// A name is chosen by whoever has it: ` --break-glass` in it must not become an option.
function oneWord(name: string): string {
  return name
    .trim()
    .replace(/[^\p{L}\p{M}\p{N}.'-]+/gu, "_")
    .replace(/^_+|_+$/g, "");
}
