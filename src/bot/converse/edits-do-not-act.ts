import { notice } from "../../nouns/card.ts";

/** What somebody hears who edits what they had typed. */
export const editsDoNotAct = notice("neutral", "✏️", [
  "I don't act on edits. To ask for something else, send it as a new message.",
]);
