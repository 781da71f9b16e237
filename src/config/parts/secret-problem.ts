import { placeholderProblem } from "./placeholder.ts";

/** Says why a text cannot be a secret of that length that a header carries, or undefined. Quotes nothing. */
export function secretProblem(text: string, minLength: number): string | undefined {
  return placeholderProblem(text) ?? headerProblem(text) ?? lengthProblem(text, minLength);
}

/** Says that a secret stands for one, or is too short to be one, or undefined. Quotes nothing. */
export function lengthProblem(text: string, minLength: number): string | undefined {
  const short = `has fewer than ${minLength} characters; make a long random one, for example with: openssl rand -hex 32`;
  return placeholderProblem(text) ?? (text.length < minLength ? short : undefined);
}

function headerProblem(text: string): string | undefined {
  return /^[\x21-\x7e]*$/.test(text)
    ? undefined
    : "holds a space, a line break or a letter beyond ASCII, which a header cannot carry; make a new one";
}
