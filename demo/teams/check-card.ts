import { createRequire } from "node:module";
import type { JsonObject } from "../shared/json-object.ts";
import { isObject, listIn } from "../shared/json-object.ts";
import { actionsIn, everyObject, inputsIn } from "./card-parts.ts";

interface AdaptiveCards {
  readonly AdaptiveCard: new () => {
    hostConfig: unknown;
    parse(payload: unknown, context: unknown): void;
    validateProperties(): { readonly validationEvents: readonly { readonly message: string }[] };
  };
  readonly HostConfig: new (config: unknown) => unknown;
  readonly SerializationContext: new (
    version?: unknown,
  ) => {
    readonly eventCount: number;
    getEventAt(index: number): { readonly message: string };
  };
  readonly Version: new (major: number, minor: number) => unknown;
}

// The package's main file is for browsers; its bundle is what Node can load.
const library: AdaptiveCards = createRequire(import.meta.url)("adaptivecards/dist/adaptivecards.js");

/** The newest version of Adaptive Cards that a sender may use: bots in Teams 1.5, Workflows 1.4. */
const newestMinor = { bot: 5, workflow: 4 } as const;
type CardSender = keyof typeof newestMinor;

// Teams puts what does not fit into a menu and refuses no card for it; the library would stop at five.
const hostConfig = { actions: { maxActions: 100 } };
// Not documented by Teams: far above an opaque reference, and small enough to find a bot that ships its state.
const largestActionData = 4096;

/** What is wrong with a card, in words; an empty list for one that Teams shows as it is meant. */
export function cardProblems(card: unknown, sender: CardSender = "bot"): readonly string[] {
  if (!isObject(card)) return ["The card is not an object."];
  if (card.type !== "AdaptiveCard") return ['The card\'s type is not "AdaptiveCard".'];
  const newest = newestMinor[sender];
  const version = versionProblem(card.version, newest);
  if (version !== undefined) return [version];
  return [
    ...libraryProblems(card, newest),
    ...actionsIn(card).flatMap(actionProblems),
    ...inputProblems(card),
  ];
}

/** Things in a sent card that Teams lets pass and people would stumble over. */
export function cardComplaints(card: JsonObject): readonly string[] {
  const missingLabel = inputsIn(card).filter((input) => typeof input.label !== "string");
  const silent = inputsIn(card).filter(
    (input) => input.isRequired === true && input.errorMessage === undefined,
  );
  return [
    ...missingLabel.map((input) => `The input ${String(input.id)} has no label.`),
    ...silent.map((input) => `The required input ${String(input.id)} has no errorMessage.`),
  ];
}

function versionProblem(version: unknown, newest: number): string | undefined {
  const match = typeof version === "string" ? /^(\d+)\.(\d+)$/.exec(version) : null;
  if (match === null) return "The card has no version.";
  const [major, minor] = [Number(match[1]), Number(match[2])];
  const isNewer = major > 1 || (major === 1 && minor > newest);
  return isNewer ? `Card version ${String(version)} is above 1.${newest}.` : undefined;
}

function libraryProblems(card: JsonObject, newest: number): readonly string[] {
  // What is newer than that version is an event of the parser.
  const context = new library.SerializationContext(new library.Version(1, newest));
  const parsed = new library.AdaptiveCard();
  parsed.hostConfig = new library.HostConfig(hostConfig);
  // The parser keeps references to what it is given.
  parsed.parse(structuredClone(card), context);
  const events = Array.from({ length: context.eventCount }, (_, index) => context.getEventAt(index).message);
  return [...events, ...parsed.validateProperties().validationEvents.map(({ message }) => message)];
}

function actionProblems(action: JsonObject): readonly string[] {
  const found: string[] = [];
  const type = String(action.type);
  if (type === "Action.OpenUrl" && !isLink(action.url))
    found.push("Action.OpenUrl needs an http or https url.");
  if (type === "Action.Execute" && typeof action.verb !== "string") found.push("Action.Execute has no verb.");
  if (action.data !== undefined && !isObject(action.data) && typeof action.data !== "string") {
    found.push(`${type}: data must be an object or a string.`);
  }
  if ((JSON.stringify(action.data) ?? "").length > largestActionData) {
    found.push(`${type}: data is over ${largestActionData} characters.`);
  }
  if (type === "Action.Submit" || type === "Action.Execute") {
    const isSilent = typeof action.title !== "string" && typeof action.iconUrl !== "string";
    if (isSilent && action.tooltip === undefined) found.push(`${type} has no title.`);
  }
  return found;
}

function isLink(url: unknown): boolean {
  return typeof url === "string" && URL.canParse(url) && /^https?:$/.test(new URL(url).protocol);
}

function inputProblems(card: JsonObject): readonly string[] {
  return inputsIn(card).flatMap((input) => {
    if (typeof input.id !== "string" || input.id === "") return ["An input has no id."];
    const values = listIn(input, "choices").map((choice) => (isObject(choice) ? choice.value : undefined));
    const isStrange =
      input.type === "Input.ChoiceSet" &&
      input.isMultiSelect !== true &&
      typeof input.value === "string" &&
      input.value !== "" &&
      !values.includes(input.value);
    return [
      ...(isStrange ? [`The value of ${input.id} is none of its choices.`] : []),
      ...(new Set(values).size < values.length ? [`${input.id} has a choice twice.`] : []),
      ...(isPattern(input.regex) ? [] : [`The regex of ${input.id} cannot be read.`]),
    ];
  });
}

function isPattern(pattern: unknown): boolean {
  if (pattern === undefined) return true;
  try {
    return typeof pattern === "string" && new RegExp(pattern) instanceof RegExp;
  } catch {
    return false; // answered as a problem of the card
  }
}

/** What is wrong with the mentions: each entity's text must stand in the words, and name somebody known. */
export function mentionProblems(
  words: string,
  entities: readonly unknown[],
  isKnown: (id: string) => boolean,
): readonly string[] {
  return entities.flatMap((entity) => {
    if (!isObject(entity) || entity.type !== "mention") return [];
    const { text, mentioned } = entity;
    if (typeof text !== "string" || text === "" || !words.includes(text)) {
      return [`The mention ${JSON.stringify(text)} does not stand in the text.`];
    }
    if (!isObject(mentioned) || typeof mentioned.id !== "string" || typeof mentioned.name !== "string") {
      return [`The mention ${text} names nobody.`];
    }
    return isKnown(mentioned.id) ? [] : [`Invalid user identity in the mention ${text}.`];
  });
}

/** All words that a card shows. */
export function wordsIn(card: JsonObject): string {
  const texts = everyObject(card).flatMap((one) => [one.text, one.value, one.title]);
  return texts.filter((text) => typeof text === "string").join("\n");
}
