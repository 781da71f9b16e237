import type { Person } from "../../nouns/person.ts";
import { areTwoPeople, countPeople } from "../../nouns/same-person.ts";
import { type Finding, ofValue, type Tree } from "../read/finding.ts";
import type { Path } from "../read/problem.ts";
import { entryPathsAt, namesAt, textAt, textsAt, valueAt } from "../read/tree.ts";

/**
 * Approvals that can never be had: fewer people may give them than are needed, whoever of those who may ask does so.
 * Says nothing where a group is among them: nobody can count its members here.
 */
export function checkApprovals({ value }: Tree): readonly Finding[] {
  return namesAt(value, ["targets"]).flatMap((name) => {
    const path = ["targets", name];
    const approvals = [...path, "approvals"];
    const from = rolesAt(value, [...approvals, "from"]);
    const ownFrom = rolesAt(value, [...approvals, "rollback", "from"]);
    const [deploy = [], rollback = []] = ["deploy", "rollback"].map((action) =>
      rolesAt(value, [...path, "allow", action]),
    );
    const fromBack = ownFrom.length > 0 ? ownFrom : from;
    return [
      ...neverHad(value, [...approvals, "count"], from, deploy),
      ...neverHad(value, [...approvals, "rollback", "count"], fromBack, rollback),
    ];
  });
}

function rolesAt(value: unknown, path: Path): readonly string[] {
  return textsAt(value, path).map(({ text }) => text);
}

function neverHad(
  value: unknown,
  path: Path,
  from: readonly string[],
  asking: readonly string[],
): readonly Finding[] {
  const needed = valueAt(value, path);
  const approvers = membersOf(value, from);
  if (typeof needed !== "number" || from.length === 0 || approvers.hasGroups) return [];
  const people = peopleIn(value);
  const all = countPeople(approvers.known, people);
  const most = mostFor(membersOf(value, asking), approvers.known, people);
  if (most >= needed) return [];
  const words = all === 1 ? "1 person" : `${all} people`;
  const but = most < all ? ", and whoever asks can't approve" : "";
  return ofValue(path, `can never be had: the roles under from have ${words}${but}`);
}

/** How many may approve what the best placed of the askers asks for; nobody approves their own. */
function mostFor(
  askers: ReturnType<typeof membersOf>,
  approvers: readonly Account[],
  people: readonly Person[],
): number {
  // Who asks from a group, or by a role that is still empty, may be somebody else.
  if (askers.hasGroups || askers.known.length === 0) return countPeople(approvers, people);
  const counts = askers.known.map((asker) =>
    countPeople(
      approvers.filter((one) => areTwoPeople(one, asker, people)),
      people,
    ),
  );
  return Math.max(...counts);
}

interface Account {
  readonly platform: "slack" | "teams";
  readonly tenant: "";
  readonly userId: string;
}

/** The accounts of some roles on the platforms that are configured, and whether groups are among them. */
function membersOf(value: unknown, roles: readonly string[]) {
  const idsOf = (platform: Account["platform"]) =>
    roles.flatMap((role) => textsAt(value, ["roles", role, platform]).map(({ text }) => text));
  const slack = valueAt(value, ["slack", "botToken"]) === undefined ? [] : idsOf("slack");
  const teams = valueAt(value, ["teams", "appId"]) === undefined ? [] : idsOf("teams");
  const mapped = new Set(peopleIn(value).map((person) => person.teams));
  const mayBeGroup = (id: string): boolean =>
    valueAt(value, ["teams", "groups"]) !== false && !mapped.has(id.toLowerCase());
  const known: readonly Account[] = [
    ...slack
      .filter((id) => !id.startsWith("S"))
      .map((userId) => ({ platform: "slack", tenant: "", userId }) as const),
    ...teams
      .filter((id) => !mayBeGroup(id))
      .map((id) => ({ platform: "teams", tenant: "", userId: id.toLowerCase() }) as const),
  ];
  return { known, hasGroups: slack.some((id) => id.startsWith("S")) || teams.some(mayBeGroup) };
}

function peopleIn(value: unknown): readonly Person[] {
  return entryPathsAt(value, ["people"]).flatMap((path) => {
    const [name, slack, teams] = ["name", "slack", "teams"].map((key) => textAt(value, [...path, key]));
    return name === undefined || slack === undefined || teams === undefined
      ? []
      : [{ name, slack, teams: teams.toLowerCase() }];
  });
}
