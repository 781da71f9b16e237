import type { ChannelId } from "../../nouns/channel.ts";
import type { ButtonMeaning, Suggestion, Wish } from "../../nouns/request.ts";
import { present } from "../../present.ts";
import { cleanLine } from "../text/clean-text.ts";
import { cutEnd } from "../text/cut-text.ts";
import { slackLimits } from "../text/text-limits.ts";
import type { ActOffer } from "./button-offer.ts";
import { referenceOf } from "./button-reference.ts";

/** Takes a suggestion up. */
export const acceptLabel = "Ask for it…";

interface Place {
  readonly channel: ChannelId;
  readonly subject: string;
  readonly incarnation: number;
}

/** The button of a refusal by which what was refused is suggested to those who have one of the roles. */
export function suggestOffer({
  wish,
  roles,
  ...place
}: Place & { readonly wish: Wish; readonly roles: readonly string[] }): ActOffer {
  const label = cutEnd(`Suggest to ${cleanLine(roles.join(", "))}`, slackLimits.buttonText);
  return offerOf({ ...place, ...aboutOf(wish), verb: "suggest", wish }, label, "default");
}

/** The button by which somebody who has the role asks for what was suggested. */
export function acceptOffer({
  suggestion: { id, wish, by },
  ...place
}: Place & { readonly suggestion: Suggestion }): ActOffer {
  const accepted = { ...wish, suggestedBy: by };
  const about = { ...aboutOf(wish), verb: "accept", suggestionId: id, wish: accepted } as const;
  return offerOf({ ...place, ...about }, acceptLabel, "primary");
}

function aboutOf({ digest, tag, target, expectedCurrent, expectedQuarantine }: Wish) {
  return present({ digest, tag, target, expectedCurrent, expectedQuarantine });
}

function offerOf(
  meaning: Omit<ButtonMeaning, "reference">,
  label: string,
  style: "default" | "primary",
): ActOffer {
  const reference = referenceOf(meaning, "");
  return {
    button: { kind: "act", verb: meaning.verb, label, style, reference },
    meaning: { reference, ...meaning },
  };
}
