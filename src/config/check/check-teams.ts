import { clouds } from "../clouds.ts";
import * as grammar from "../parts/grammar.ts";
import { type Finding, ofKey, ofValue, type Tree } from "../read/finding.ts";
import { entriesOf, namesAt, textAt, valueAt } from "../read/tree.ts";

const section = ["teams"] as const;
/** What each way to prove who the bot is needs, by key. */
const keyOfAuth = { certificate: "certificate", secret: "secret" } as const;

/** Teams' own settings: an app has an id, a tenant and what its `auth` needs; a section has an app or workflows. */
export function checkTeams({ value, written }: Tree): readonly Finding[] {
  const teams = valueAt(value, section);
  if (typeof teams !== "object" || teams === null || Array.isArray(teams)) return [];
  const has = (key: string) => valueAt(written, [...section, key]) !== undefined;
  if (!entriesOf(teams).some(([key]) => key !== "workflows")) {
    if (namesAt(teams, ["workflows"]).length > 0) return [];
    return ofValue(section, "has nothing to post with; set appId and tenantId, or workflows");
  }
  const lacking = ["appId", "tenantId"].filter((key) => !has(key)).join(" and ");
  const source = "from the Azure Bot's page Configuration";
  return [
    ...ofValue(section, lacking !== "" && `lacks ${lacking}; both are needed, ${source}`),
    ...checkAuth(value, has),
    ...checkCloud(value, has),
  ];
}

function checkAuth(value: unknown, has: (key: string) => boolean): readonly Finding[] {
  const auth = textAt(value, [...section, "auth"]) ?? "managed-identity";
  const isIdle = auth !== "managed-identity" && has("clientId");
  return [
    ...Object.entries(keyOfAuth).flatMap(([way, key]) =>
      auth === way
        ? ofValue([...section, "auth"], !has(key) && `is ${way} and needs teams.${key}; set it`)
        : ofKey([...section, key], has(key) && `is used only with auth: ${way}; set that, or leave it out`),
    ),
    ...ofKey([...section, "clientId"], isIdle && "is used only with auth: managed-identity; leave it out"),
  ];
}

function checkCloud(value: unknown, has: (key: string) => boolean): readonly Finding[] {
  const cloud = textAt(value, ["azure", "cloud"]) ?? "public";
  const unknown = Object.entries(clouds).some(([name, known]) => name === cloud && !known.botFramework);
  if (!unknown) return [];
  const lacking = ["openIdMetadataUrl", "tokenIssuer", "scope"].filter((key) => !has(key)).join(", ");
  const why = `which have no default in the cloud ${cloud}`;
  return ofValue(section, lacking !== "" && `lacks ${lacking}, ${why}; set them`);
}

/** Says why an id is no conversation of Teams that a route can name, or undefined. */
export function teamsChannelProblem({ written }: Tree, address: string, shown: string): string | undefined {
  const hint =
    "use the id of a channel (19:…@thread.tacv2) or of a group chat (19:…@thread.v2); it stands in the link that Teams copies";
  if (/%(3a|40)/i.test(address)) return `${shown} is written as in a link; write : for %3a and @ for %40`;
  if (address.includes(";messageid="))
    return `${shown} is one thread; leave out ;messageid= and what follows, to name the channel`;
  if (!grammar.teamsConversation.test(address)) return `${shown} is no conversation of Teams; ${hint}`;
  const known = ["appId", "tenantId"].every((key) => valueAt(written, [...section, key]) !== undefined);
  return known ? undefined : `${shown} needs the Teams app; set teams.appId and teams.tenantId`;
}
