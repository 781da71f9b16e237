import { clouds } from "../clouds.ts";
import * as grammar from "../parts/grammar.ts";
import { type Finding, ofKey, ofValue } from "../read/finding.ts";
import type { ConfigFile } from "../schema/config-schema.ts";
import { adviseOnTargets } from "./check-target-advice.ts";
import { adviseOnTeams } from "./check-teams-advice.ts";

/** What is allowed and probably not meant. Looks at a configuration that has no problems. */
export function advise(file: ConfigFile): readonly Finding[] {
  return [
    ...adviseOnMode(file),
    ...adviseOnRegistries(file),
    ...adviseOnSharedSecrets(file),
    ...adviseOnCredentials(file),
    ...adviseOnTargets(file),
    ...adviseOnTeams(file),
  ];
}

function adviseOnMode({ mode, targets, registries, routes, slack, teams, server }: ConfigFile) {
  const allowed = [
    ...Object.values(targets).flatMap(({ allow }) => [...allow.deploy, ...allow.rollback]),
    ...Object.values(registries).flatMap(({ allow }) => [...allow.release, ...allow.reject]),
  ];
  const mayNothing = mode === "act" && allowed.length === 0;
  const hasIdleTargets = mode === "notify" && Object.keys(targets).length > 0;
  const callers = [
    ...(slack?.botToken === undefined ? [] : ["Slack"]),
    ...(teams?.appId === undefined ? [] : ["Teams"]),
  ];
  const call = `${callers.join(" and ")} ${callers.length === 1 ? "calls" : "call"}`;
  const cannotCall = callers.length > 0 && server.publicUrl?.startsWith("http:");
  return [
    ...ofValue(
      ["mode"],
      mayNothing && "is act, but nobody may do anything: no target and no registry names a role under allow",
    ),
    ...ofKey(["targets"], hasIdleTargets && "are not used in mode notify; set mode to observe or act"),
    ...ofKey(["routes"], routes.length === 0 && "are empty: nothing will be posted"),
    ...ofValue(["server", "publicUrl"], cannotCall && `is http; ${call} only https addresses`),
  ];
}

function adviseOnRegistries(file: ConfigFile): readonly Finding[] {
  return Object.entries(file.registries).flatMap(([name, registry]) => {
    const path = ["registries", name];
    const { resourceId, webhook, credentials } = registry;
    const isIdle =
      webhook.names.length > 0 && (resourceId === undefined || credentials.webhooks === undefined);
    const isUnread = file.mode !== "notify" && credentials.read === undefined;
    return [
      ...ofValue([...path, "loginServer"], loginServerAdvice(registry, file.azure.cloud)),
      ...ofValue([...path, "resourceId"], !isNamed(registry) && "names another registry than loginServer"),
      ...ofValue(
        [...path, "webhook", "names"],
        isIdle && "are not used: ping and webhooks need resourceId and credentials.webhooks",
      ),
      ...ofKey(
        path,
        isUnread && "has no credentials.read: its images stay unverified, and their cards have no buttons",
      ),
    ];
  });
}

type RegistryFile = ConfigFile["registries"][string];

function loginServerAdvice(
  { loginServer }: RegistryFile,
  cloud: ConfigFile["azure"]["cloud"],
): string | undefined {
  if (!grammar.azureLoginServer.test(loginServer))
    return "is not an Azure Container Registry by its name; tokens for Azure will be sent there";
  if (loginServer.endsWith(clouds[cloud].loginServerSuffix)) return undefined;
  return `belongs to another cloud than azure.cloud (${cloud})`;
}

/** Whether the ARM id, if there is one, names the registry of the login server. */
function isNamed({ loginServer, resourceId }: RegistryFile): boolean {
  const name = resourceId?.split("/").at(-1)?.toLowerCase();
  const label = loginServer.split(".")[0] ?? "";
  return name === undefined || label === name || label.startsWith(`${name}-`);
}

function adviseOnSharedSecrets({ registries }: ConfigFile): readonly Finding[] {
  const owners = new Map<string, string>();
  return Object.entries(registries).flatMap(([name, { webhook, eventGrid }]) =>
    [...webhook.secrets, ...eventGrid.secrets].flatMap((secret) => {
      const owner = owners.get(secret) ?? name;
      owners.set(secret, name);
      const message = `shares a secret with registries.${owner}: whoever knows it can speak for both`;
      return ofKey(["registries", name, "webhook"], owner !== name && message);
    }),
  );
}

function adviseOnCredentials(file: ConfigFile): readonly Finding[] {
  const used = new Set([
    ...Object.values(file.registries).flatMap(({ credentials }) => Object.values(credentials)),
    ...Object.values(file.targets).flatMap((target) => ("credential" in target ? [target.credential] : [])),
  ]);
  const unused = "is used by no registry and no target";
  const risky = "is of type default, which is for development only: it takes what the machine offers";
  return Object.entries(file.credentials).flatMap(([name, { type }]) =>
    ofKey(["credentials", name], used.has(name) ? type === "default" && risky : unused),
  );
}
