import { type Finding, ofValue } from "../read/finding.ts";
import type { ConfigFile } from "../schema/config-schema.ts";

/** Approvals that can never be had: fewer people than are needed. Says nothing where groups may hold more. */
export function adviseOnApprovals(file: ConfigFile): readonly Finding[] {
  return Object.entries(file.targets).flatMap(([name, { approvals }]) => {
    if (approvals === undefined) return [];
    const people = peopleOf(file, approvals.from);
    if (people === undefined || people >= approvals.count) return [];
    const words = people === 1 ? "1 person" : `${people} people`;
    const path = ["targets", name, "approvals", "count"];
    return ofValue(path, `can never be had: the roles under from have ${words}`);
  });
}

/** How many people some roles have together; undefined where a group, or an id that may be one, is among them. */
function peopleOf(file: ConfigFile, names: readonly string[]): number | undefined {
  const roles = names.flatMap((name) => file.roles[name] ?? []);
  const slack = roles.flatMap((role) => role.slack);
  const teams = file.teams?.appId === undefined ? [] : roles.flatMap((role) => role.teams);
  const mayBeGroups = teams.length > 0 && file.teams?.groups !== false;
  if (mayBeGroups || slack.some((id) => id.startsWith("S"))) return undefined;
  const onSlack = file.slack?.botToken === undefined ? [] : slack;
  // Whoever has both accounts counts once.
  const keys = [
    ...onSlack.map((id) => personOf(file, "slack", id) ?? `slack:${id}`),
    ...teams.map((id) => personOf(file, "teams", id.toLowerCase()) ?? `teams:${id.toLowerCase()}`),
  ];
  return new Set(keys).size;
}

function personOf(file: ConfigFile, platform: "slack" | "teams", id: string): string | undefined {
  const found = file.people.find(
    (person) => (platform === "teams" ? person.teams?.toLowerCase() : person.slack) === id,
  );
  return found === undefined ? undefined : `person:${found.name}`;
}
