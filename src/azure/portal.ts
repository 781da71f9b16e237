import { portalOf } from "../config/clouds.ts";
import type { AzureConfig } from "../config/config.ts";

/** The portal's page about a resource, by its ARM id. */
export function portalLink(cloud: AzureConfig["cloud"], resourceId: string): string {
  const path = resourceId.split("/").filter(Boolean).map(encodeURIComponent).join("/");
  return `${portalOf(cloud)}/#resource/${path}`;
}
