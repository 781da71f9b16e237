import type { Action } from "adaptivecards";
import { AdaptiveCard, ExecuteAction, GlobalSettings, OpenUrlAction, SubmitAction } from "adaptivecards";
import { teamsHostConfig } from "./host-config.ts";
import { markdownHtml } from "./markdown-html.ts";

GlobalSettings.setTabIndexAtCardRoot = false;

/** An action of a card that somebody pressed, without its link form. */
export type Pressed = { readonly verb: string; readonly data: unknown };

type Handlers = {
  readonly mentions: ReadonlySet<string>;
  readonly press: (action: Action) => void;
  readonly openMenu?: (actions: readonly Action[], opener: HTMLElement) => void;
};

/** Draws Adaptive Card JSON into an empty element and gives the card, whose inputs hold what is entered. Throws what
 * adaptivecards throws for JSON that is no card. */
export function drawCard(source: object, into: HTMLElement, handlers: Handlers): AdaptiveCard {
  const card = new AdaptiveCard();
  card.hostConfig = teamsHostConfig;
  // The handler is the library's only one for all cards; drawing is synchronous, so this card's names are set for it.
  AdaptiveCard.onProcessMarkdown = (text, result) => {
    result.outputHtml = markdownHtml(text, handlers.mentions);
    result.didProcess = true;
  };
  card.onExecuteAction = handlers.press;
  card.onDisplayOverflowActionMenu = (actions, target) => {
    if (target) handlers.openMenu?.(actions, target);
    return true;
  };
  card.parse(source);
  const drawn = card.render();
  if (!drawn) throw new Error("The card has nothing to show.");
  for (const action of card.getAllActions())
    action.renderedElement?.setAttribute("data-testid", testIdOf(action));
  into.replaceChildren(drawn);
  return card;
}

/** The name of an action for tests: its verb, or its title in lower-case words. */
export function testIdOf(action: Action): string {
  return `teams-action-${slug(verbOf(action))}`;
}

/** Lower-case letters and digits, with one dash for all else between them. */
export function slug(title: string): string {
  return title
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, "-")
    .replace(/^-|-$/g, "");
}

function verbOf(action: Action): string {
  const said = action instanceof ExecuteAction ? action.verb : undefined;
  return said || action.title || action.getJsonTypeName();
}

/** The values of a card's inputs by id, always texts, as Teams sends them. */
export function valuesIn(card: AdaptiveCard): Readonly<Record<string, string>> {
  const inputs = card.getAllInputs().filter(({ id, isVisible }) => id !== undefined && isVisible);
  return Object.fromEntries(inputs.map((input) => [input.id, String(input.value ?? "")]));
}

/** What a press sends to the bot; undefined for links, which the browser opens. */
export function pressedIn(action: Action): Pressed | undefined {
  if (!(action instanceof ExecuteAction || action instanceof SubmitAction)) return undefined;
  return { verb: verbOf(action), data: action.data };
}

/** Opens the address of a link action in a new tab that cannot reach this page; other schemes than https, and http
 * for the demo's own, are left alone. */
export function openLink(action: Action): void {
  if (!(action instanceof OpenUrlAction) || !/^https?:\/\//i.test(action.url ?? "")) return;
  window.open(action.url, "_blank", "noopener,noreferrer");
}

/** The names that a card's mentions have: its `msteams.entities`. */
export function mentionsOf(card: object): ReadonlySet<string> {
  const field = (value: unknown, name: string): unknown =>
    typeof value === "object" && value !== null ? Reflect.get(value, name) : undefined;
  const entities = field(field(card, "msteams"), "entities");
  const names = (Array.isArray(entities) ? entities : []).map((one: unknown) => {
    const text = field(one, "text");
    return typeof text === "string" ? /^<at>([^<>]+)<\/at>$/.exec(text)?.[1] : undefined;
  });
  return new Set(names.filter((name) => name !== undefined));
}
