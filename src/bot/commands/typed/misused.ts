import { type Text, text } from "../../../nouns/text.ts";

/** Thrown: the words are not understood, and why. The answer gives the command that was meant, or how it is written. */
export class Misused extends Error {
  readonly why: Text;
  readonly meant: string | undefined;

  constructor(why: string | Text, meant?: string) {
    super("misused");
    this.why = text(why);
    this.meant = meant;
  }
}
