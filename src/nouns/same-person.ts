import { present } from "../present.ts";
import type { AuditEntry } from "./audit-entry.ts";
import type { Person, PersonKey } from "./person.ts";
import type { Principal } from "./principal.ts";

type Who = Pick<Principal, "platform" | "tenant" | "userId">;

/**
 * One key for each human, whichever account they use: `person:<name>` if `people` lists the account, else the
 * account's own key. Whether the account is of our workspace or tenant at all is decided before.
 */
export function personOf(who: Who, people: readonly Person[]): PersonKey {
  const person = findPerson(who, people);
  if (person !== undefined) return `person:${person.name}`;
  const userId = who.platform === "teams" ? who.userId.toLowerCase() : who.userId;
  return `${who.platform}:${who.tenant}:${userId}`;
}

/** The person to whom an account belongs, or undefined if nobody said so. Ids of Entra have no case. */
export function findPerson(
  who: Pick<Principal, "platform" | "userId">,
  people: readonly Person[],
): Person | undefined {
  if (who.platform === "slack") return people.find((person) => person.slack === who.userId);
  const id = who.userId.toLowerCase();
  return people.find((person) => person.teams === id);
}

/** The audit's name of the human behind an account; nothing where nobody said who that is. */
export function personIn(
  who: Pick<Principal, "platform" | "userId">,
  people: readonly Person[],
): Pick<AuditEntry, "person"> {
  return present({ person: findPerson(who, people)?.name });
}

/** Whether two accounts are of one human: then what one asked for, the other may not approve. */
export function isSamePerson(one: Who, other: Who, people: readonly Person[]): boolean {
  return personOf(one, people) === personOf(other, people);
}

/**
 * Whether two accounts are certainly of two humans. Accounts of different platforms that nobody has mapped may be one
 * human's: they are not. A mapped person's accounts are all known, so anybody else is somebody else.
 */
export function areTwoPeople(one: Who, other: Who, people: readonly Person[]): boolean {
  if (isSamePerson(one, other, people)) return false;
  const mapped = findPerson(one, people) !== undefined || findPerson(other, people) !== undefined;
  return mapped || one.platform === other.platform;
}

/**
 * How many humans these accounts are at least: mapped people, and the unmapped accounts of whichever platform has more.
 */
export function countPeople(accounts: readonly Who[], people: readonly Person[]): number {
  const keys = [...new Set(accounts.map((who) => personOf(who, people)))];
  const of = (prefix: string): number => keys.filter((key) => key.startsWith(prefix)).length;
  return of("person:") + Math.max(of("slack:"), of("teams:"));
}
