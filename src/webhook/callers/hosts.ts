import type { RegistryConfig } from "../../config/config.ts";
import { present } from "../../present.ts";

/** Which registry a host name of ACR names. */
export interface AcrHost {
  readonly name: string;
  /** The hash of a domain name label: the only place where a `-` stands, since registry names are alphanumeric. */
  readonly label?: string;
  readonly cloud: string;
}

/** The configured registry as far as it can be compared with what an event claims. */
export type OwnRegistry = Pick<RegistryConfig, "loginServer" | "resourceId">;

// Global, regional (`<name>.<region>.geo.`), dedicated data endpoint (`<name>.<region>.data.`), with or without a
// domain name label; public, US Government and China clouds.
const acrHost = /^([a-z0-9]{1,50})(?:-([a-z0-9]+))?(?:\.[a-z0-9]+\.(?:geo|data))?\.azurecr\.(io|us|cn)$/;

/** Reads a host name of ACR, in any case, with or without port; undefined for a custom domain, proxy or address. */
export function readAcrHost(host: string): AcrHost | undefined {
  if (host.length > 255) return undefined;
  const bare = host.trim().toLowerCase().replace(/:\d+$/, "").replace(/\.$/, "");
  const [, name, label, cloud] = acrHost.exec(bare) ?? [];
  if (name === undefined || cloud === undefined) return undefined;
  return present({ name, cloud, label });
}

interface RegistryId {
  /** `/subscriptions/…/registries/<name>` in lower case, without what follows. */
  readonly id: string;
  readonly name: string;
}

// Placeholders of documentation (`<name>`, `{subscription-id}`) name nothing.
const registryId =
  /^(\/subscriptions\/[^/<>{}]+\/resourcegroups\/[^/<>{}]+\/providers\/microsoft\.containerregistry\/registries\/([a-z0-9]+))(?:\/.*)?$/;

/** The registry in an ARM id, compared without case as ARM does; a connected registry's id names its parent. */
function readRegistryId(armId = ""): RegistryId | undefined {
  if (armId.length > 1_024) return undefined;
  const [, id, name] = registryId.exec(armId.trim().toLowerCase()) ?? [];
  return id === undefined || name === undefined ? undefined : { id, name };
}

/** Why a host clearly names another registry than ours, with both names; undefined if it does not. */
export function findOtherHost(host: string | undefined, own: OwnRegistry): string | undefined {
  if (host === undefined) return undefined;
  const said = readAcrHost(host);
  if (said === undefined) return undefined;
  const ours = readAcrHost(own.loginServer);
  const ourName = ours?.name ?? readRegistryId(own.resourceId)?.name;
  if (ourName === undefined) return undefined;
  const labelsDiffer = said.label !== undefined && ours?.label !== undefined && said.label !== ours.label;
  const cloudsDiffer = ours !== undefined && ours.cloud !== said.cloud;
  if (said.name === ourName && !labelsDiffer && !cloudsDiffer) return undefined;
  return `request.host names the registry ${host.trim()}, but this address is for ${own.loginServer}`;
}

/** Why an ARM id (`topic`, `source`) clearly names another registry, with both names; undefined if it does not. */
export function findOtherTopic(topic: string | undefined, own: OwnRegistry): string | undefined {
  const said = readRegistryId(topic);
  if (said === undefined) return undefined;
  const ours = readRegistryId(own.resourceId);
  const ourName = ours?.name ?? readAcrHost(own.loginServer)?.name;
  if (ourName === undefined) return undefined;
  const same = ours === undefined ? said.name === ourName : said.id === ours.id;
  if (same) return undefined;
  return `the event comes from ${said.id}, but this address is for ${ours?.id ?? own.loginServer}`;
}
