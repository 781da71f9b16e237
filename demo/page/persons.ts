import type { User } from "./world.ts";

/** Somebody with the accounts that are theirs: one person may act in both panes. */
export type Person = {
  /** The account by which the switch knows them: Slack's if there is one. */
  readonly id: string;
  readonly name: string;
  readonly roles: readonly string[];
  readonly slack?: string;
  readonly teams?: string;
  readonly note?: string;
};

/** The people behind the accounts of both platforms, in order. Accounts are one person's when the set-up says so by
 * `person`, or when they have one name on different platforms. */
export function personsOf(users: readonly User[]): readonly Person[] {
  const persons: Person[] = [];
  const keys: string[] = [];
  for (const user of users) {
    const key = user.person ?? user.name;
    const platform = user.platform === "teams" ? "teams" : "slack";
    const known = persons.findIndex((one, index) => keys[index] === key && one[platform] === undefined);
    const before = persons[known];
    const note = user.note ?? before?.note;
    const person: Person = {
      ...(before ?? { id: user.id, name: user.name }),
      roles: [...new Set([...(before?.roles ?? []), ...user.roles])],
      [platform]: user.id,
      ...(note === undefined ? {} : { note }),
    };
    if (before) persons[known] = person;
    else {
      persons.push(person);
      keys.push(key);
    }
  }
  return persons.map((person) => ({ ...person, id: person.slack ?? person.id }));
}
