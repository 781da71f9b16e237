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
    const needed = valueAt(value, [...path, "approvals", "count"]);
    const from = textsAt(value, [...path, "approvals", "from"]).map(({ text }) => text);
    const approvers = membersOf(value, from);
    if (typeof needed !== "number" || from.length === 0 || approvers.hasGroups) return [];
    const people = peopleIn(value);
    const all = countPeople(approvers.known, people);
    const most = mostFor(askersOf(value, path), approvers.known, people);
    if (most >= needed) return [];
    const words = all === 1 ? "1 person" : `${all} people`;
    const but = most < all ? ", and whoever asks can't approve" : "";
    const message = `can never be had: the roles under from have ${words}${but}`;
    return ofValue([...path, "approvals", "count"], message);
  });
}

function askersOf(value: unknown, path: Path) {
  const roles = ["deploy", "rollback"].flatMap((action) => textsAt(value, [...path, "allow", action]));
  return membersOf(
    value,
    roles.map(({ text }) => text),
  );
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
