import { isKnownWorkflowHost, workflowHosts } from "../address.ts";
import { type Finding, ofKey, ofValue } from "../read/finding.ts";
import type { ConfigFile } from "../schema/config-schema.ts";

/** What is allowed in Teams' settings and probably not meant. Looks at a configuration that has no problems. */
export function adviseOnTeams({ teams, roles }: ConfigFile): readonly Finding[] {
  const elsewhere = `is not on ${workflowHosts.join(" or ")}; cards will be sent there`;
  const unused = "is not used: there is no Teams app; set teams.appId and teams.tenantId";
  // The Bot Framework takes tokens of the bot's own identity only.
  const isAnother =
    teams?.appId !== undefined && (teams.clientId ?? teams.appId).toLowerCase() !== teams.appId.toLowerCase();
  return [
    ...Object.entries(teams?.workflows ?? {}).flatMap(([name, address]) =>
      ofValue(["teams", "workflows", name], !isKnownWorkflowHost(address) && elsewhere),
    ),
    ...Object.entries(roles).flatMap(([name, role]) =>
      ofKey(["roles", name, "teams"], teams?.appId === undefined && role.teams.length > 0 && unused),
    ),
    ...ofValue(
      ["teams", "clientId"],
      isAnother && "is another identity than teams.appId; Teams takes messages only from the bot's own",
    ),
  ];
}
