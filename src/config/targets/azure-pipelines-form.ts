import { addressProblem, isLoopback } from "../address.ts";
import { withoutSlash } from "../clouds.ts";
import * as part from "../parts/schema-parts.ts";
import { type Finding, ofText, ofValue } from "../read/finding.ts";
import { credentialKey } from "./azure-keys.ts";
import {
  adviseOnPlaceholders,
  checkNamesOfValues,
  checkValuesOfRun,
  maxParameters,
  placeholders,
  runParameter,
  runText,
} from "./given-values.ts";
import { targetMapping } from "./schema-target-base.ts";
import { anotherSystem, none, noSecrets, ownKeysOf, sharesPlaces, type TargetForm } from "./target-form.ts";

/** At most 64 characters, without those that mean something in an address or a path. */
const projectPattern = /^[^\s_.\\/:*?"'<>;#$%{},+=@&~[\]|][^\r\n\t\\/:*?"'<>;#$%{},+=@&~[\]|]{0,63}$/;
/** Azure Pipelines wants the whole name of a branch or tag. */
const refPattern = /^refs\/(?:heads|tags)\/[A-Za-z0-9_](?:[A-Za-z0-9._/+-]{0,230}[A-Za-z0-9_+-])?$/;

const schema = targetMapping("azure-pipelines", "Runs a pipeline of Azure DevOps and follows it.", {
  credential: credentialKey,
  organization: part.address.describe("https://dev.azure.com/<organization>."),
  project: part.boundedText("must be the name of a project", 64, projectPattern),
  pipeline: part
    .wholeNumber("must be the pipeline's number: definitionId in its address", 1)
    .describe("The pipeline's number: definitionId in its address."),
  ref: part
    .boundedText("must be refs/heads/<branch> or refs/tags/<tag>", 250, refPattern)
    .default("refs/heads/main")
    .describe("Of which branch or tag."),
  parameters: part
    .named(runText, "must be parameters by name", maxParameters, runParameter)
    .default({})
    .describe(`Parameters of the pipeline's template; ${placeholders}.`),
});

/** Runs a pipeline of Azure DevOps. */
export const azurePipelinesForm: TargetForm<"azure-pipelines", typeof schema> = {
  schema,
  otherNames: ["azure-devops", "devops", "pipeline", "pipelines"],
  ...anotherSystem,
  seesHealth: false,
  ...noSecrets,
  // What other systems are told is nobody else's concern.
  hiddenKeys: ["parameters.*"],
  check: ({ value }) => [
    ...checkNamesOfValues(value, "parameters"),
    ...ofText(value, ["organization"], (text) => addressProblem(text) ?? organizationProblem(text)),
    ...checkValuesOfRun(value, "parameters"),
  ],
  advise: ({ organization, parameters }) => [
    ...adviseOnHost(organization),
    ...adviseOnPlaceholders("parameters", parameters),
  ],
  ...sharesPlaces,
  files: none,
  resolve: (file) => ({ ...ownKeysOf(file), organization: withoutSlash(file.organization) }),
};

function organizationProblem(text: string): string | undefined {
  const url = URL.parse(text);
  if (url?.hostname !== "dev.azure.com" || /^\/[^/]+\/?$/.test(url.pathname)) return undefined;
  return "must be https://dev.azure.com/ and the organization's name, nothing more";
}

function adviseOnHost(organization: string): readonly Finding[] {
  const host = URL.parse(organization)?.hostname ?? "";
  if (host === "dev.azure.com" || host.endsWith(".visualstudio.com") || isLoopback(host)) return [];
  return ofValue(
    ["organization"],
    "is not on dev.azure.com or visualstudio.com; tokens for Azure DevOps will be sent there",
  );
}
