import { describe, expect, it } from "vitest";
import type { Person } from "../../src/nouns/person.ts";
import { principalKey } from "../../src/nouns/principal.ts";
import {
  areTwoPeople,
  countPeople,
  findPerson,
  isSamePerson,
  personIn,
  personOf,
} from "../../src/nouns/same-person.ts";

const maya = { name: "Maya Lindqvist", slack: "U0MAYA", teams: "a11ce000-0000-4000-8000-0000000000a1" };
const priya = { name: "Priya Nair", slack: "U0PRIYA", teams: "a11ce000-0000-4000-8000-0000000000b2" };
const people: readonly Person[] = [maya, priya];

const onSlack = (userId: string) => ({ platform: "slack", tenant: "T1", userId }) as const;
const onTeams = (userId: string) => ({ platform: "teams", tenant: "tenant-1", userId }) as const;

describe("one human", () => {
  it("has one key, whichever account they use", () => {
    expect(personOf(onSlack(maya.slack), people)).toBe("person:Maya Lindqvist");
    expect(personOf(onTeams(maya.teams), people)).toBe("person:Maya Lindqvist");
    expect(personOf(onTeams(maya.teams.toUpperCase()), people)).toBe("person:Maya Lindqvist");
    expect(isSamePerson(onSlack(maya.slack), onTeams(maya.teams), people)).toBe(true);
  });

  it("is not another one", () => {
    expect(personOf(onSlack(priya.slack), people)).not.toBe(personOf(onTeams(maya.teams), people));
    expect(isSamePerson(onSlack(priya.slack), onTeams(maya.teams), people)).toBe(false);
  });
});

describe("an account that nobody listed", () => {
  it("is known by its own key, and by that alone", () => {
    const who = onSlack("U0OTHER");
    expect(personOf(who, people)).toBe(principalKey(who));
    expect(personOf(onTeams("A-B"), [])).toBe("teams:tenant-1:a-b");
    expect(isSamePerson(who, who, people)).toBe(true);
    expect(isSamePerson(who, { ...who, tenant: "T2" }, people)).toBe(false);
  });

  it("is never guessed from an id of the other platform, or from a name", () => {
    expect(findPerson(onTeams(maya.slack), people)).toBeUndefined();
    expect(findPerson(onSlack(maya.teams), people)).toBeUndefined();
    expect(findPerson({ ...onSlack("U0OTHER"), ...{ name: maya.name } }, people)).toBeUndefined();
    expect(findPerson(onSlack("u0maya"), people)).toBeUndefined();
  });

  it("cannot take the key of a person", () => {
    expect(personOf(onSlack("person:Maya Lindqvist"), people)).toBe("slack:T1:person:Maya Lindqvist");
  });
});

describe("two accounts", () => {
  const pairs = [
    ["of one human", onSlack(maya.slack), onTeams(maya.teams), false],
    ["of one human, in other letters", onSlack(maya.slack), onTeams(maya.teams.toUpperCase()), false],
    ["that are the same one", onSlack("U0OTHER"), onSlack("U0OTHER"), false],
    ["of two mapped people", onSlack(maya.slack), onTeams(priya.teams), true],
    ["of a mapped person and somebody on the other platform", onSlack(maya.slack), onTeams("e-1"), true],
    ["of two unmapped ones on one platform", onSlack("U0A"), onSlack("U0B"), true],
    ["of two unmapped ones on two platforms, who may be one", onSlack("U0A"), onTeams("e-1"), false],
  ] as const;

  it.each(pairs)("%s", (_what, one, other, two) => {
    expect(areTwoPeople(one, other, people)).toBe(two);
    expect(areTwoPeople(other, one, people)).toBe(two);
    expect(countPeople([one, other], people)).toBe(two ? 2 : 1);
  });
});

describe("the audit's name of a human", () => {
  it("is there where the operator said who it is, and nowhere else", () => {
    expect(personIn(onTeams(maya.teams), people)).toEqual({ person: maya.name });
    expect(personIn(onSlack("U0OTHER"), people)).toEqual({});
  });
});
