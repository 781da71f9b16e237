import { z } from "zod";
import { armPath } from "../../../azure/arm-id.ts";
import type { ResourcePlace } from "../../../azure/arm-resource.ts";
import type { WebAppTarget } from "../../../nouns/target.ts";
import { safeText } from "../../../outgoing/safe-text.ts";
import type { ArmContext } from "../arm-context.ts";
import { type RefusedPlan, refused } from "../check-step.ts";
import { type RunningImage, readReference } from "../running-image.ts";

// A stable version that has site containers (azure-rest-api-specs, Microsoft.Web 2024-11-01).
const apiVersion = "2024-11-01";
// App Service allows nine sidecars beside the main container.
const maxContainers = 50;

const text = z.string().max(10_000).nullish();
const Site = z.object({
  kind: text,
  properties: z.object({ state: text, reserved: z.boolean().nullish() }),
});
const SiteConfig = z.object({ properties: z.object({ linuxFxVersion: text }) });
// Unknown fields are kept: a container is put back whole.
const SiteContainer = z.object({
  name: z.string().min(1).max(200),
  properties: z.looseObject({ image: z.string().max(1_000), isMain: z.boolean().nullish(), authType: text }),
});
const SiteContainers = z.object({ value: z.array(SiteContainer).max(maxContainers) });

export type SiteContainer = z.infer<typeof SiteContainer>;

/** An app that can be deployed to, as it is configured now. */
export interface WebAppState {
  readonly kind: "ready";
  readonly running: RunningImage;
  /** The site container that holds the image; absent: it stands in `linuxFxVersion`. */
  readonly container?: SiteContainer;
}

/** The app or its slot, as ARM knows it. */
export function webAppPlace({ app, slot }: WebAppTarget): ResourcePlace {
  const name = `the web app ${app.split("/").at(-1)}`;
  return slot === undefined
    ? { on: name, type: "Microsoft.Web/sites", apiVersion, path: armPath(app) }
    : {
        on: `the slot ${slot} of ${name}`,
        type: "Microsoft.Web/sites/slots",
        apiVersion,
        path: `${armPath(app)}/slots/${encodeURIComponent(slot)}`,
      };
}

/** Reads how the app is configured, or why it cannot be deployed to. */
export async function readWebApp(
  { resource, target }: ArmContext<WebAppTarget>,
  signal: AbortSignal,
): Promise<WebAppState | RefusedPlan> {
  const { on: name } = resource;
  const { body: site } = await resource.ask({ doing: "read", right: "read" }, Site, signal);
  const isLinux = site.properties.reserved === true || /\blinux\b/i.test(site.kind ?? "");
  if (!isLinux)
    return refused(
      `${name} is a Windows app`,
      "Only containers on Linux are deployed; use a target of type template.",
    );
  // It would be configured and never started: nobody could see whether the image runs.
  if (site.properties.state?.toLowerCase() === "stopped")
    return refused(`${name} is stopped`, "Start it (az webapp start), then deploy.");
  const reading = { doing: "read", right: "config/read", below: "/config/web" };
  const { body: config } = await resource.ask(reading, SiteConfig, signal);
  const version = config.properties.linuxFxVersion ?? "";
  if (!/^sitecontainers\b/i.test(version)) return readVersion(name, target, version);
  const listing = {
    doing: "read the site containers of",
    right: "sitecontainers/read",
    below: "/sitecontainers",
  };
  const { body: containers } = await resource.ask(listing, SiteContainers, signal);
  return pickContainer(name, target, containers.value);
}

function readVersion(name: string, target: WebAppTarget, version: string): WebAppState | RefusedPlan {
  const [, kind = "", rest = ""] = /^([^|]*)\|?(.*)$/s.exec(version) ?? [];
  if (kind.toUpperCase() === "COMPOSE")
    return refused(
      `${name} runs Docker Compose, which names its images in one encoded file`,
      "Turn it into site containers: az webapp sitecontainers convert --mode sitecontainers",
    );
  if (kind.toUpperCase() !== "DOCKER")
    return refused(
      version === ""
        ? `${name} has no container configured`
        : `${name} runs ${safeText(version)}, not a container of a registry`,
      "Configure it with an image of this repository once: az webapp config container set",
    );
  if (target.container !== undefined)
    return refused(
      `${name} has no site containers, and the target names ${target.container}`,
      "Leave out the target's container.",
    );
  return { kind: "ready", running: readReference(rest) };
}

function pickContainer(
  name: string,
  target: WebAppTarget,
  containers: readonly SiteContainer[],
): WebAppState | RefusedPlan {
  const wanted = target.container?.toLowerCase();
  const container = containers.find((one) =>
    wanted === undefined ? one.properties.isMain === true : containerName(one).toLowerCase() === wanted,
  );
  if (container === undefined)
    return refused(
      `${name} has no ${wanted === undefined ? "main site container" : `site container ${wanted}`}`,
      `It has: ${safeText(containers.map(containerName).join(", ")) || "none"}.`,
    );
  // The password is not given back; the container would be put back without it, and could not pull any more.
  if (container.properties.authType?.toLowerCase() === "usercredentials")
    return refused(
      `the site container ${safeText(containerName(container))} of ${name} pulls with a user and a password, which would be lost`,
      "Let it pull with a managed identity (authType SystemIdentity or UserAssigned).",
    );
  return { kind: "ready", running: readReference(container.properties.image), container };
}

/** The name of a site container alone: a list gives `shop/main`, a single resource `main`. */
export function containerName({ name }: SiteContainer): string {
  return name.split("/").at(-1) ?? name;
}
