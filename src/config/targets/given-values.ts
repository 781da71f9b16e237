import { z } from "zod";
import { type Finding, ofKey, ofValue } from "../read/finding.ts";
import { entriesOf, namesAt, valueAt } from "../read/tree.ts";

// ARM takes at most 256 parameters in a template.
export const maxParameters = 256;

export const runText = z.string({ error: "must be a text; put it in quotes" }).max(4_000, {
  error: "must be a text of at most 4000 characters",
});
export const placeholders = "{image}, {digest}, {repository}, {tag} and {operation} are filled in";

/** Parameters of a pipeline's template and inputs of a workflow. */
export const runParameter = /^[A-Za-z_][A-Za-z0-9_-]{0,99}$/;

/** Names of parameters that the other system would not take; `words` is what they may be made of. */
export function checkNamesOfValues(
  target: unknown,
  key: "parameters" | "inputs",
  form: RegExp = runParameter,
  words = "letters, digits, _ and -",
): readonly Finding[] {
  const message = `is no such name; must be ${words}, beginning with a letter or _`;
  return namesAt(target, [key]).flatMap((name) => ofKey([key, name], !form.test(name) && message));
}

/** Of what a run is given: it is found again by our id, and nothing is deployed by a tag. */
export function checkValuesOfRun(target: unknown, key: "parameters" | "inputs"): readonly Finding[] {
  const texts = entriesOf(valueAt(target, [key])).flatMap(([, text]) =>
    typeof text === "string" ? [text] : [],
  );
  const lacking: string[] = [];
  if (!texts.some((text) => text.includes("{operation}")))
    lacking.push('operation: "{operation}" (by which a run is found again after a crash)');
  if (!texts.some((text) => /\{(?:image|digest)\}/.test(text)))
    lacking.push('image: "{image}" (what is to run)');
  const help = `add ${lacking.join(" and ")}, under names of your own`;
  // Where the key is absent its place is the target's.
  return ofKey([key], lacking.length > 0 && `lack what a run must be given; ${help}`);
}

const knownPlaceholders = /\{(?:image|digest|repository|tag|operation)\}/g;

/** Words in braces that stay as they are, and were probably meant to be filled in. */
export function adviseOnPlaceholders(
  key: "parameters" | "inputs",
  given: Readonly<Record<string, string>>,
): readonly Finding[] {
  const known = "known are {image}, {digest}, {repository}, {tag}, {operation}";
  return Object.entries(given).flatMap(([name, text]) => {
    const isUnknown = /\{[a-z]+\}/i.test(text.replaceAll(knownPlaceholders, ""));
    return ofValue([key, name], isUnknown && `has a word in {…} that is not filled in; ${known}`);
  });
}
