/** Says why a text cannot be a secret of that length that a header carries, or undefined. Quotes nothing. */
export function secretProblem(text: string, minLength: number): string | undefined {
  if (!/^[\x21-\x7e]*$/.test(text))
    return "holds a space, a line break or a letter beyond ASCII, which a header cannot carry; make a new one";
  return lengthProblem(text, minLength);
}

/** Says that a secret is too short to be one, or undefined. Quotes nothing. */
export function lengthProblem(text: string, minLength: number): string | undefined {
  return text.length < minLength
    ? `has fewer than ${minLength} characters; make a long random one, for example with: openssl rand -hex 32`
    : undefined;
}
