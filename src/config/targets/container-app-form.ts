import { appPlaceOf, armIdKey, containerKey, credentialKey, overlapOfApps } from "./azure-keys.ts";
import { targetMapping } from "./schema-target-base.ts";
import { none, noSecrets, oneContainer, ownKeysOf, type TargetForm } from "./target-form.ts";

const schema = targetMapping("container-app", "A container of a container app.", {
  credential: credentialKey,
  app: armIdKey("the container app", "/providers/Microsoft.App/containerApps/<name>").describe("ARM id."),
  container: containerKey.optional().describe("The only container by default."),
});

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
