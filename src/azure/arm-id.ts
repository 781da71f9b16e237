import { clouds } from "../config/clouds.ts";
import type { AzureConfig } from "../config/config.ts";

/** The path of an ARM id; throws a RangeError for what is none. */
export function armPath(resourceId: string): string {
  const parts = resourceId.split("/").filter(Boolean);
  if (parts[0]?.toLowerCase() !== "subscriptions" || parts.some((part) => part === "." || part === ".."))
    throw new RangeError("not an ARM id");
  return `/${parts.map(encodeURIComponent).join("/")}`;
}

/** The portal's page about a resource, by its ARM id. */
export function portalLink(cloud: AzureConfig["cloud"], resourceId: string): string {
  const path = resourceId.split("/").filter(Boolean).map(encodeURIComponent).join("/");
  return `${clouds[cloud].portal}/#resource/${path}`;
}
