import { loginServerSuffix } from "../clouds.ts";
import * as grammar from "../parts/grammar.ts";
import type { Finding } from "../read/finding.ts";
import type { ConfigFile } from "../schema/config-schema.ts";
import { adviseOnApprovals } from "./check-approval-advice.ts";
import { adviseOnTargets } from "./check-target-advice.ts";
import { adviseOnTeams } from "./check-teams-advice.ts";

/** What is allowed and probably not meant. Looks at a configuration that has no problems. */
export function advise(file: ConfigFile): readonly Finding[] {
  return [
    ...adviseOnMode(file),
    ...adviseOnRegistries(file),
    ...adviseOnCredentials(file),
    ...adviseOnTargets(file),
    ...adviseOnApprovals(file),
    ...adviseOnTeams(file),
  ];
}

function adviseOnMode(file: ConfigFile): readonly Finding[] {
  const findings: Finding[] = [];
  const allowed = [
    ...Object.values(file.targets).flatMap(({ allow }) => [...allow.deploy, ...allow.rollback]),
    ...Object.values(file.registries).flatMap(({ allow }) => [...allow.release, ...allow.reject]),
  ];
  if (file.mode === "act" && allowed.length === 0)
    findings.push({
      path: ["mode"],
      message: "is act, but nobody may do anything: no target and no registry names a role under allow",
    });
  if (file.mode === "notify" && Object.keys(file.targets).length > 0)
    findings.push({
      path: ["targets"],
      message: "are not used in mode notify; set mode to observe or act",
      atKey: true,
    });
  if (file.routes.length === 0)
    findings.push({ path: ["routes"], message: "are empty: nothing will be posted", atKey: true });
  const callers = [
    ...(file.slack?.botToken === undefined ? [] : ["Slack"]),
    ...(file.teams?.appId === undefined ? [] : ["Teams"]),
  ];
  if (callers.length > 0 && file.server.publicUrl?.startsWith("http:"))
    findings.push({
      path: ["server", "publicUrl"],
      message: `is http; ${callers.join(" and ")} ${callers.length === 1 ? "calls" : "call"} only https addresses`,
    });
  return findings;
}

function adviseOnRegistries(file: ConfigFile): readonly Finding[] {
  const owners = new Map<string, string>();
  return Object.entries(file.registries).flatMap(([name, registry]) => {
    const path = ["registries", name];
    const findings: Finding[] = [];
    const { loginServer, resourceId, webhook, eventGrid } = registry;
    if (!grammar.azureLoginServer.test(loginServer))
      findings.push({
        path: [...path, "loginServer"],
        message: "is not an Azure Container Registry by its name; tokens for Azure will be sent there",
      });
    else if (!loginServer.endsWith(loginServerSuffix[file.azure.cloud]))
      findings.push({
        path: [...path, "loginServer"],
        message: `belongs to another cloud than azure.cloud (${file.azure.cloud})`,
      });
    const azureName = resourceId?.split("/").at(-1)?.toLowerCase();
    const label = loginServer.split(".")[0] ?? "";
    if (azureName !== undefined && label !== azureName && !label.startsWith(`${azureName}-`))
      findings.push({ path: [...path, "resourceId"], message: "names another registry than loginServer" });
    if (webhook.names.length > 0 && (resourceId === undefined || registry.credentials.webhooks === undefined))
      findings.push({
        path: [...path, "webhook", "names"],
        message: "are not used: ping and webhooks need resourceId and credentials.webhooks",
      });
    if (file.mode !== "notify" && registry.credentials.read === undefined)
      findings.push({
        path,
        message: "has no credentials.read: its images stay unverified, and their cards have no buttons",
        atKey: true,
      });
    for (const secret of [...webhook.secrets, ...eventGrid.secrets]) {
      const owner = owners.get(secret);
      if (owner !== undefined && owner !== name)
        findings.push({
          path: [...path, "webhook"],
          message: `shares a secret with registries.${owner}: whoever knows it can speak for both`,
          atKey: true,
        });
      owners.set(secret, name);
    }
    return findings;
  });
}

function adviseOnCredentials(file: ConfigFile): readonly Finding[] {
  const used = new Set([
    ...Object.values(file.registries).flatMap(({ credentials }) => Object.values(credentials)),
    ...Object.values(file.targets).flatMap((target) => ("credential" in target ? [target.credential] : [])),
  ]);
  return Object.entries(file.credentials).flatMap(([name, { type }]) => {
    const path = ["credentials", name];
    if (!used.has(name)) return [{ path, message: "is used by no registry and no target", atKey: true }];
    return type === "default"
      ? [
          {
            path,
            message: "is of type default, which is for development only: it takes what the machine offers",
            atKey: true,
          },
        ]
      : [];
  });
}
