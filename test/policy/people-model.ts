import fc from "fast-check";
import type { Person } from "../../src/nouns/person.ts";
import type { KnownPrincipal } from "../../src/nouns/principal.ts";
import { onSlack, onTeams } from "./orders.ts";

const mostMapped = 3;
const mostUnmapped = 4;

/** Accounts of humans of whom the operator has mapped some, and one way in which the others may belong together. */
export interface Crowd {
  readonly people: readonly Person[];
  readonly accounts: readonly KnownPrincipal[];
  /** Whose account it is, by its index in `accounts`; nobody has two accounts on one platform. */
  readonly humanOf: (who: { readonly userId: string }) => string;
}

const numbers = (count: number) => Array.from({ length: count }, (_, index) => index);
const entraId = (kind: number, index: number) => `e0000000-0000-4000-8000-0000000000${kind}${index}`;

const person = (index: number): Person => ({
  name: `Person ${index}`,
  slack: `U0P${index}`,
  teams: entraId(1, index),
});

/** Any crowd: `pairs` says which unmapped account of Slack is the same human's as which one of Teams. */
export const aCrowd: fc.Arbitrary<Crowd> = fc
  .record({
    mapped: fc.nat(mostMapped),
    slack: fc.nat(mostUnmapped),
    teams: fc.nat(mostUnmapped),
    order: fc.shuffledSubarray(numbers(mostUnmapped)),
  })
  .map(({ mapped, slack, teams, order }) => {
    const people = numbers(mapped).map(person);
    const human = new Map<string, string>();
    for (const { name, slack: one, teams: other } of people) human.set(one, name).set(other, name);
    for (const index of numbers(slack)) human.set(`U0S${index}`, `slack ${index}`);
    for (const index of numbers(teams)) human.set(entraId(2, index), `teams ${index}`);
    // The first of `order` is the first account of Teams, and so on; the rest are nobody else's.
    for (const [at, index] of order.entries())
      if (at < slack && index < teams) human.set(entraId(2, index), `slack ${at}`);
    const accounts = [
      ...people.flatMap((one) => [onSlack([one.slack, one.name]), onTeams([one.teams, one.name])]),
      ...numbers(slack).map((index) => onSlack([`U0S${index}`, `s${index}`])),
      ...numbers(teams).map((index) => onTeams([entraId(2, index), `t${index}`])),
    ];
    return { people, accounts, humanOf: ({ userId }) => human.get(userId) ?? userId };
  });

/** How many humans some accounts are. */
export function humansOf(
  crowd: Crowd,
  accounts: readonly { readonly userId: string }[],
): ReadonlySet<string> {
  return new Set(accounts.map(crowd.humanOf));
}
