import type { AzureConfig } from "../config/config.ts";

// Azure's published endpoints of the national clouds.
const portals = {
  public: "https://portal.azure.com",
  usgovernment: "https://portal.azure.us",
  china: "https://portal.azure.cn",
} as const satisfies Record<AzureConfig["cloud"], string>;

/** The portal's page about a resource, by its ARM id. */
export function portalLink(cloud: AzureConfig["cloud"], resourceId: string): string {
  const path = resourceId.split("/").filter(Boolean).map(encodeURIComponent).join("/");
  return `${portals[cloud]}/#resource/${path}`;
}
