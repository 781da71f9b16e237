import { durationMs } from "../duration.ts";
import * as part from "../parts/schema-parts.ts";
import { ofText } from "../read/finding.ts";
import { appPlaceOf, armIdKey, containerKey, credentialKey, overlapOfApps } from "./azure-keys.ts";
import { targetMapping } from "./schema-target-base.ts";
import { none, noSecrets, oneContainer, ownKeysOf, ownTimeoutMs, type TargetForm } from "./target-form.ts";

// `production` is no slot.
const slotPattern = /^[A-Za-z0-9][A-Za-z0-9-]{0,58}$/;

const schema = targetMapping("web-app", "A container on App Service.", {
  credential: credentialKey,
  app: armIdKey("the app", "/providers/Microsoft.Web/sites/<name>").describe("ARM id."),
  slot: part
    .boundedText("must be the name of a slot: letters, digits and -", 59, slotPattern)
    .optional()
    .describe("A slot; the app itself by default."),
  container: containerKey.optional().describe("The site container; its main one by default."),
  startLimit: part.duration
    .default("230s")
    .describe("How long App Service lets a container start: the app's WEBSITES_CONTAINER_START_TIME_LIMIT."),
});

/** A container on App Service. */
export const webAppForm: TargetForm<"web-app", typeof schema> = {
  schema,
  otherNames: ["app-service", "function-app", "functions"],
  ...oneContainer,
  ...noSecrets,
  // App Service calls the app itself its production slot, and has no address for that.
  check: ({ value }) =>
    ofText(
      value,
      ["slot"],
      (slot) => slot.toLowerCase() === "production" && "is the app itself; leave it out",
    ),
  // Else a deploy would end as not healthy before anybody can tell.
  advise: ({ startLimit, timeout }) =>
    durationMs(startLimit) < (timeout === undefined ? ownTimeoutMs : durationMs(timeout))
      ? []
      : [{ path: ["startLimit"], message: "is not shorter than timeout; give the deploy longer" }],
  placeOf: appPlaceOf,
  overlap: overlapOfApps,
  files: none,
  resolve: ({ startLimit, ...file }) => ({ ...ownKeysOf(file), startLimitMs: durationMs(startLimit) }),
};
