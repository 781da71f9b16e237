import { distance } from "fastest-levenshtein";
import { code, text } from "../../../nouns/text.ts";
import { Misused } from "./misused.ts";
import type { Word } from "./split-words.ts";

/** What may be said besides the words of a command; `reason` is followed by it. */
export type OptionName = "plan" | "break-glass" | "reason";
/** What an order for a target may be given. */
export const placingOptions: readonly OptionName[] = ["plan", "break-glass", "reason"];

/** The words of a command after its name, what was asked for by options, and the reason that was introduced. */
export interface Arguments {
  readonly words: readonly Word[];
  readonly options: ReadonlySet<OptionName>;
  /** Empty: none was introduced. */
  readonly reason: readonly Word[];
}

const aliases: Readonly<Record<string, OptionName>> = { "dry-run": "plan" };
// Clients make one dash of two, or a longer one; a dash may also stand alone before its word.
const dashes = "[-\u2010-\u2015\u2212\ufe58\ufe63\uff0d]+";
const optionForm = new RegExp(`^(${dashes})(\\p{L}[\\p{L}\\d_-]*)(?:=(.*))?$`, "u");
const dashAlone = new RegExp(`^${dashes}$`);
// Two names that are further apart were not meant for one another.
const nearEnough = 3;

/**
 * Takes the options out of a command's words, and the reason that `because` or `--reason` introduces. An option never
 * becomes a word of a reason: one that the command does not have is refused with the nearest; `--plan`, which only makes
 * it safer, counts inside a reason, and what makes it bolder is refused there. Throws `Misused`.
 */
export function readOptions(words: readonly Word[], known: readonly OptionName[]): Arguments {
  const before: Word[] = [];
  const reason: Word[] = [];
  const options = new Set<OptionName>();
  let isReason = false;
  for (let index = 0; index < words.length; index += 1) {
    const word = words[index];
    if (word === undefined) break;
    const next = words[index + 1];
    // A reason that ends in a dash and an option's name is more likely an option than a reason.
    const mayBeSpaced = !isReason || index === words.length - 2;
    const option =
      optionIn(word, known, isReason) ?? (mayBeSpaced ? spacedOption(word, next, known) : undefined);
    if (option === undefined) {
      if (isReason) reason.push(word);
      else if (!word.isQuoted && /^because:?$/i.test(word.text) && before.length > 0) isReason = true;
      else before.push(word);
      continue;
    }
    if (option.isSpaced) index += 1;
    const name = knownName(option.typed, known, isReason);
    if (name === "reason") {
      isReason = true;
      if (option.value !== undefined) reason.push({ text: option.value, isQuoted: false });
      continue;
    }
    if (isReason && name !== "plan")
      throw new Misused(`Write --${name} before the reason. Inside a reason it doesn't count.`);
    if (option.value !== undefined && !/^(?:true|yes|1)$/i.test(option.value))
      throw new Misused(`--${name} takes no value.`);
    options.add(name);
  }
  if (isReason && reason.length === 0) throw new Misused("The reason is missing.");
  return { words: before, options, reason };
}

interface TypedOption {
  readonly typed: string;
  readonly value?: string;
  readonly isSpaced?: true;
}

/** `--plan`, `—plan`, `--plan=true`. Inside a reason one hyphen before a word is text, unless it names an option. */
function optionIn(
  { text: typed, isQuoted }: Word,
  known: readonly OptionName[],
  isReason: boolean,
): TypedOption | undefined {
  const bared = typed.replace(/^['"([]/, "").replace(/['".,!?;:)\]]{1,5}$/, "");
  const [, dash, name, value] = isQuoted ? [] : (optionForm.exec(bared) ?? []);
  if (dash === undefined || name === undefined) return undefined;
  const bare = name.toLowerCase().replace(/[_-]+$/, "");
  if (isReason && dash === "-" && nameOf(bare, known) === undefined) return undefined;
  return value === undefined ? { typed: bare } : { typed: bare, value };
}

/** `— plan`: a dash alone, before what is an option or nearly one. */
function spacedOption(
  word: Word,
  next: Word | undefined,
  known: readonly OptionName[],
): TypedOption | undefined {
  if (word.isQuoted || !dashAlone.test(word.text) || next === undefined || next.isQuoted) return undefined;
  const [typed = "", value] = next.text
    .toLowerCase()
    .replace(/[.,!?;:]+$/, "")
    .split("=");
  if (nameOf(typed, known) === undefined && nearestOption(typed, known) === undefined) return undefined;
  return value === undefined ? { typed, isSpaced: true } : { typed, value, isSpaced: true };
}

function nameOf(typed: string, known: readonly OptionName[]): OptionName | undefined {
  const name = Object.hasOwn(aliases, typed) ? aliases[typed] : known.find((one) => one === typed);
  return name !== undefined && known.includes(name) ? name : undefined;
}

function knownName(typed: string, known: readonly OptionName[], isReason: boolean): OptionName {
  const name = nameOf(typed, known);
  if (name !== undefined) return name;
  const nearest = nearestOption(typed, known);
  const said = typed.slice(0, 40);
  throw new Misused(
    text(
      "There is no option ",
      code(`--${said}`),
      " here",
      nearest === undefined ? "." : ["; did you mean ", code(`--${nearest}`), "?"],
      isReason ? " If it belongs to the reason, put the reason in quotes." : undefined,
      " Nothing was changed.",
    ),
  );
}

/** The option that a word nearly is, also without its dashes; undefined: none. */
export function nearestOption(typed: string, known: readonly OptionName[]): OptionName | undefined {
  const names = [...known, ...Object.keys(aliases)];
  const near = names
    .map((name) => ({ name, steps: distance(typed.toLowerCase(), name) }))
    .filter(({ name, steps }) => steps <= Math.min(nearEnough, Math.floor(name.length / 2)))
    .sort((one, other) => one.steps - other.steps)[0];
  return near === undefined ? undefined : nameOf(near.name, known);
}
