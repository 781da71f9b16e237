import type { Activity } from "./activity.ts";

// Longer than any command; what is longer is cut before anything looks at it.
const mostCharacters = 5_000;
// A tag has a name, so `<3` and `a < b` stay; Teams' own tags are `<at>`, and what its editor pastes (`<a …>`, `<p>`).
const tag = /<\/?[a-z][^<>]{0,2000}>/gi;

/** What a person typed to the bot, and whether they called it by a mention. */
export interface Typed {
  readonly text: string;
  readonly isCalled: boolean;
}

/** The text of a message without the mention of us, tags and entities. Whom else it mentions is left by name. */
export function undoTeams({ text, entities, recipient }: Activity): Typed {
  const ours = (entities ?? []).filter(
    ({ type, mentioned }) => type === "mention" && mentioned?.id === recipient.id,
  );
  let left = (text ?? "").slice(0, mostCharacters);
  for (const { text: said } of ours) if (said) left = left.replaceAll(said, " ");
  return {
    text: left
      .replace(tag, " ")
      .replace(/&nbsp;/g, " ")
      .replace(/&quot;/g, '"')
      .replace(/&#39;/g, "'")
      .trim(),
    isCalled: ours.length > 0,
  };
}
