import { z } from "zod";
import * as part from "../parts/schema-parts.ts";
import { appPlaceOf, armIdKey, containerKey, credentialKey, overlapOfApps } from "./azure-keys.ts";
import { targetBase } from "./schema-target-base.ts";
import { none, noSecrets, oneContainer, ownKeysOf, type TargetForm } from "./target-form.ts";

const schema = part.mapping(
  {
    type: z.literal("container-app").describe("A container of a container app."),
    ...targetBase,
    credential: credentialKey,
    app: armIdKey("the container app", "/providers/Microsoft.App/containerApps/<name>").describe("ARM id."),
    container: containerKey.optional().describe("The only container by default."),
  },
  "must be a target of type container-app",
);

/** A container of a container app. */
export const containerAppForm: TargetForm<"container-app", typeof schema> = {
  schema,
  otherNames: ["container-apps"],
  ...oneContainer,
  ...noSecrets,
  check: none,
  advise: none,
  placeOf: appPlaceOf,
  overlap: overlapOfApps,
  files: none,
  resolve: ownKeysOf,
};
