import { isKnownWorkflowHost, workflowHosts } from "../address.ts";
import type { Finding } from "../read/finding.ts";
import type { ConfigFile } from "../schema/config-schema.ts";

/** What is allowed in Teams' settings and probably not meant. Looks at a configuration that has no problems. */
export function adviseOnTeams({ teams, roles }: ConfigFile): readonly Finding[] {
  const findings: Finding[] = [];
  for (const [name, address] of Object.entries(teams?.workflows ?? {}))
    if (!isKnownWorkflowHost(address))
      findings.push({
        path: ["teams", "workflows", name],
        message: `is not on ${workflowHosts.join(" or ")}; cards will be sent there`,
      });
  if (teams?.appId === undefined) {
    for (const [name, role] of Object.entries(roles))
      if (role.teams.length > 0)
        findings.push({
          path: ["roles", name, "teams"],
          message: "is not used: there is no Teams app; set teams.appId and teams.tenantId",
          atKey: true,
        });
    return findings;
  }
  // The Bot Framework takes tokens of the bot's own identity only.
  if (teams.clientId !== undefined && teams.clientId.toLowerCase() !== teams.appId.toLowerCase())
    findings.push({
      path: ["teams", "clientId"],
      message: "is another identity than teams.appId; Teams takes messages only from the bot's own",
    });
  return findings;
}
