import { createRequire } from "node:module";

interface AdaptiveCards {
  readonly AdaptiveCard: new () => {
    hostConfig: unknown;
    parse(payload: unknown, context: unknown): void;
    validateProperties(): { readonly validationEvents: readonly { readonly message: string }[] };
  };
  readonly HostConfig: new (config: unknown) => unknown;
  readonly SerializationContext: new () => {
    readonly eventCount: number;
    getEventAt(index: number): { readonly message: string };
  };
}

// The package's main file is for browsers; its bundle is what Node can load.
const adaptiveCards: AdaptiveCards = createRequire(import.meta.url)("adaptivecards/dist/adaptivecards.js");

// Teams puts what does not fit into a menu and refuses no card for it; the library would stop at five.
const hostConfig = { actions: { maxActions: 25 } };

/** What Microsoft's own parser finds wrong with a card; elements that it does not know count too. */
export function adaptiveCardProblems(card: unknown): readonly string[] {
  const context = new adaptiveCards.SerializationContext();
  const parsed = new adaptiveCards.AdaptiveCard();
  parsed.hostConfig = new adaptiveCards.HostConfig(hostConfig);
  parsed.parse(JSON.parse(JSON.stringify(card ?? null)), context);
  const parseProblems = Array.from(
    { length: context.eventCount },
    (_, index) => context.getEventAt(index).message,
  );
  const invalid = parsed.validateProperties().validationEvents.map(({ message }) => message);
  return [...parseProblems, ...invalid];
}
