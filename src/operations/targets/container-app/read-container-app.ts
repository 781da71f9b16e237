import { createHash } from "node:crypto";
import { z } from "zod";
import { armPath } from "../../../azure/arm-id.ts";
import type { ResourcePlace } from "../../../azure/arm-resource.ts";
import type { ContainerAppTarget } from "../../../nouns/target.ts";
import { safeText } from "../../../outgoing/safe-text.ts";
import type { ArmContext } from "../arm-context.ts";
import { type RefusedPlan, refused } from "../check-step.ts";
import { type RunningImage, readReference } from "../running-image.ts";

// The newest stable version (azure-rest-api-specs, Microsoft.App 2025-07-01).
const apiVersion = "2025-07-01";
const maxContainers = 100;
const maxWeights = 200;

const text = z.string().max(1_000).nullish();
// Unknown fields are kept: arrays are replaced as a whole by a merge patch, so side-cars go back as they were read.
const Container = z.looseObject({ name: z.string().max(200), image: z.string().max(1_000) });
const Weight = z.object({
  revisionName: text,
  latestRevision: z.boolean().nullish(),
  weight: z.number().nullish(),
});
const App = z.object({
  properties: z.object({
    latestRevisionName: text,
    configuration: z
      .object({
        activeRevisionsMode: text,
        ingress: z.object({ traffic: z.array(Weight).max(maxWeights).nullish() }).nullish(),
      })
      .nullish(),
    template: z.object({ revisionSuffix: text, containers: z.array(Container).min(1).max(maxContainers) }),
  }),
});

/** An app that can be deployed to, as it is configured now. */
export interface ContainerAppState {
  readonly kind: "ready";
  readonly running: RunningImage;
  /** Name of the container that holds the image. */
  readonly container: string;
  /** All of them, as they were read. */
  readonly containers: readonly z.infer<typeof Container>[];
  readonly revisionSuffix: string | undefined;
  readonly latestRevision: string | undefined;
  readonly traffic: "all" | "latest" | "pinned";
  /** Of the resource, where Container Apps gives one. */
  readonly etag: string | undefined;
}

/** The app, as ARM knows it. */
export function containerAppPlace({ app }: ContainerAppTarget): ResourcePlace {
  const on = `the container app ${app.split("/").at(-1)}`;
  return { on, type: "Microsoft.App/containerApps", apiVersion, path: armPath(app) };
}

/**
 * The suffix of an operation's revision, always the same one. Container Apps takes lower-case letters, digits and `-`,
 * a letter first, and 54 characters for `<app>--<suffix>`, of which the app's name may have 32.
 */
export function revisionSuffixOf(operationId: string): string {
  return `op${createHash("sha256").update(operationId).digest("hex").slice(0, 16)}`;
}

/** The revision of that suffix. */
export function revisionNameOf({ app }: ContainerAppTarget, suffix: string): string {
  return `${app.split("/").at(-1)?.toLowerCase()}--${suffix}`;
}

/** Reads how the app is configured, or why it cannot be deployed to. */
export async function readContainerApp(
  { resource, target }: ArmContext<ContainerAppTarget>,
  signal: AbortSignal,
): Promise<ContainerAppState | RefusedPlan> {
  const answer = await resource.ask({ doing: "read", right: "read" }, App, signal);
  const { properties } = answer.body;
  const { configuration, template } = properties;
  const { on: name } = resource;
  const mode = configuration?.activeRevisionsMode ?? "Single";
  if (!["single", "multiple"].includes(mode.toLowerCase()))
    return refused(
      `${name} has its revisions in mode ${safeText(mode)}`,
      "Set it to single or multiple (az containerapp revision set-mode); with labels it is the label that decides who sees a revision, and no deploy may move that.",
    );
  const container = pickContainer(name, target, template.containers);
  if ("kind" in container) return container;
  return {
    kind: "ready",
    running: readReference(container.image),
    container: container.name,
    containers: template.containers,
    revisionSuffix: template.revisionSuffix ?? undefined,
    latestRevision: properties.latestRevisionName ?? undefined,
    traffic: trafficOf(mode, configuration?.ingress?.traffic ?? []),
    etag: answer.header("etag"),
  };
}

function pickContainer(
  name: string,
  target: ContainerAppTarget,
  containers: readonly z.infer<typeof Container>[],
): { readonly name: string; readonly image: string } | RefusedPlan {
  const names = safeText(containers.map((one) => one.name).join(", "));
  const [first, ...more] = containers;
  const wanted = target.container;
  const found = wanted === undefined ? first : containers.find((one) => one.name === wanted);
  const has = `${name} has the containers ${names}`;
  if (found === undefined) return refused(`${has}, and not ${wanted}`, "Correct the target's container.");
  if (wanted === undefined && more.length > 0)
    return refused(has, "Name the one to deploy to in the target's container.");
  return { name: found.name, image: found.image };
}

// Weights count in multiple mode only; without any, the latest revision gets everything.
function trafficOf(mode: string, weights: readonly z.infer<typeof Weight>[]): ContainerAppState["traffic"] {
  if (mode.toLowerCase() === "single") return "all";
  const used = weights.filter(({ weight }) => (weight ?? 0) > 0);
  if (used.length === 0) return "latest";
  return used.some(({ latestRevision }) => latestRevision === true) ? "latest" : "pinned";
}
