import type { Activity } from "./activity.ts";

// A tag has a name, so `<3` and `a < b` stay; Teams' own tags are `<at>`, and what its editor pastes (`<a …>`, `<p>`).
const tag = /<\/?[a-z][^<>]{0,2000}>/gi;

/** What a person typed to the bot, and whether they called it by a mention. */
export interface Typed {
  readonly text: string;
  readonly isCalled: boolean;
}

const mention = /<at(?:\s[^<>]{0,200})?>([^<>]{0,200})<\/at>/gi;

/**
 * The text of a message without the mention of us, tags and entities. Whom else it mentions is left by name. An entity
 * need not have the text that stands for it: then the tag around our own name is it.
 */
export function undoTeams({ text, entities, recipient }: Activity): Typed {
  const ours = (entities ?? []).filter(
    ({ type, mentioned }) => type === "mention" && mentioned?.id === recipient.id,
  );
  const names = [recipient.name, ...ours.map(({ mentioned }) => mentioned?.name)].map((name) =>
    name?.trim().toLowerCase(),
  );
  let left = text ?? "";
  for (const { text: said } of ours) if (said) left = left.replaceAll(said, " ");
  if (ours.length > 0)
    left = left.replace(mention, (whole, name: string) =>
      names.includes(name.trim().toLowerCase()) ? " " : whole,
    );
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
