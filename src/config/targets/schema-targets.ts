import { z } from "zod";
import * as grammar from "../parts/grammar.ts";
import * as azure from "../parts/grammar-azure.ts";
import * as form from "../parts/grammar-targets.ts";
import * as part from "../parts/schema-parts.ts";
import { targetBase } from "./schema-target-base.ts";
import { typeHelp } from "./target-types.ts";

const credential = part
  .boundedText("must be the name of an entry under credentials", 50, grammar.shortName)
  .describe("The entry of credentials that it deploys with.");

const armId = (what: string, provider: string, pattern: RegExp) =>
  part.boundedText(
    `must be the ARM id of ${what}: /subscriptions/…/resourceGroups/…${provider}`,
    600,
    pattern,
  );

const container = part.boundedText("must be a container's name", 63, azure.container);

// ARM takes at most 256 parameters in a template; GitHub at most 25 inputs of a workflow that is dispatched.
const maxParameters = 256;
const maxInputs = 25;
const runText = z.string({ error: "must be a text; put it in quotes" }).max(4_000, {
  error: "must be a text of at most 4000 characters",
});
const placeholders = "{image}, {digest}, {repository}, {tag} and {operation} are filled in";

const retag = part.mapping(
  {
    type: z.literal("retag").describe("Moves an environment tag."),
    ...targetBase,
    tag: part
      .boundedText("must be a tag: letters, digits, . _ and -, at most 128 characters", 128, grammar.tag)
      .describe("The environment tag that it moves."),
  },
  "must be a target of type retag",
);

const into = part.mapping(
  {
    registry: part.name.describe("The registry that it is copied into; it needs a resourceId."),
    repository: part
      .boundedText("must be a repository, in which {repository} or {name} is filled in", 255)
      .default("{repository}")
      .describe("Where to; {repository} is the whole name, {name} its last part."),
    tag: part
      .boundedText("must be a tag, in which {tag} is filled in", 128)
      .default("{tag}")
      .describe("The tag that it gets; {tag} is its own."),
  },
  "must be { registry, repository, tag }",
);

const importing = part.mapping(
  {
    type: z.literal("import").describe("Copies the image with what refers to it, by Azure itself."),
    ...targetBase,
    credential,
    into,
  },
  "must be a target of type import",
);

const webApp = part.mapping(
  {
    type: z.literal("web-app").describe("A container on App Service."),
    ...targetBase,
    credential,
    app: armId("the app", "/providers/Microsoft.Web/sites/<name>", azure.webAppId).describe("ARM id."),
    slot: part
      .boundedText("must be the name of a slot: letters, digits and -", 59, azure.slot)
      .optional()
      .describe("A slot; the app itself by default."),
    container: container.optional().describe("The site container; its main one by default."),
  },
  "must be a target of type web-app",
);

const containerApp = part.mapping(
  {
    type: z.literal("container-app").describe("A container of a container app."),
    ...targetBase,
    credential,
    app: armId(
      "the container app",
      "/providers/Microsoft.App/containerApps/<name>",
      azure.containerAppId,
    ).describe("ARM id."),
    container: container.optional().describe("The only container by default."),
  },
  "must be a target of type container-app",
);

const cluster = part.mapping(
  {
    aks: armId("the cluster", "/providers/Microsoft.ContainerService/managedClusters/<name>", azure.aksId)
      .optional()
      .describe("ARM id of an AKS cluster; needs credential."),
    kubeconfig: part
      .boundedText("must be the path of a kubeconfig file", 1000)
      .optional()
      .describe("Path of a kubeconfig file."),
    context: part
      .boundedText("must be the name of a context", 253)
      .optional()
      .describe("With kubeconfig; its current context by default."),
    inCluster: part.yesOrNo.optional().describe("The cluster that the bot runs in."),
  },
  "must be { aks: <ARM id> }, { kubeconfig: <path>, context } or { inCluster: true }",
);

const kubernetes = part.mapping(
  {
    type: z.literal("kubernetes").describe("A container of a workload on Kubernetes."),
    ...targetBase,
    cluster,
    credential: credential.optional().describe("With aks: the entry of credentials that it deploys with."),
    namespace: part.boundedText("must be a namespace: a-z, 0-9 and -", 63, form.kubernetesLabel),
    workload: part
      .boundedText(
        "must be deployment/<name>, statefulset/<name>, daemonset/<name> or cronjob/<name>",
        266,
        form.workload,
      )
      .describe("deployment/<name>, statefulset/<name>, daemonset/<name> or cronjob/<name>."),
    container: container.describe("The container whose image is set."),
    force: part.yesOrNo.default(false).describe("Changes what Flux, Argo CD or Helm own all the same."),
  },
  "must be a target of type kubernetes",
);

const template = part.mapping(
  {
    type: z.literal("template").describe("Deploys a template spec with the image as a parameter."),
    ...targetBase,
    credential,
    templateSpec: armId(
      "one version of a template spec",
      "/providers/Microsoft.Resources/templateSpecs/<name>/versions/<version>",
      azure.templateSpecId,
    ).describe("ARM id of one version of a template spec."),
    resourceGroup: armId("a resource group", "", azure.resourceGroupId).describe(
      "ARM id of the resource group that it deploys to.",
    ),
    image: part
      .boundedText("must be the name of a parameter", 255, azure.templateParameter)
      .default("image")
      .describe("The parameter that gets <login server>/<repository>@sha256:…"),
    parameters: part
      .named(
        z.union([z.string().max(4_000), z.number(), z.boolean()], {
          error: "must be a text of at most 4000 characters, a number, true or false",
        }),
        "must be parameters by name",
        maxParameters,
        azure.templateParameter,
      )
      .default({})
      .describe("The template's other parameters."),
  },
  "must be a target of type template",
);

const azurePipelines = part.mapping(
  {
    type: z.literal("azure-pipelines").describe("Runs a pipeline of Azure DevOps and follows it."),
    ...targetBase,
    credential,
    organization: part.address.describe("https://dev.azure.com/<organization>."),
    project: part.boundedText("must be the name of a project", 64, azure.devOpsProject),
    pipeline: z
      .int({ error: "must be the pipeline's number: definitionId in its address" })
      .min(1, { error: "must be the pipeline's number: definitionId in its address" })
      .describe("The pipeline's number: definitionId in its address."),
    ref: part
      .boundedText("must be refs/heads/<branch> or refs/tags/<tag>", 250, form.wholeGitRef)
      .default("refs/heads/main")
      .describe("Of which branch or tag."),
    parameters: part
      .named(runText, "must be parameters by name", maxParameters, azure.runParameter)
      .default({})
      .describe(`Parameters of the pipeline's template; ${placeholders}.`),
  },
  "must be a target of type azure-pipelines",
);

const digits = (what: string, pattern: RegExp) =>
  z.union([z.int({ error: what }).min(1, { error: what }), part.boundedText(what, 45, pattern)], {
    error: what,
  });

const githubApp = part.mapping(
  {
    id: digits("must be the app's id", form.githubAppId).describe("The app's id, or its client id."),
    installation: digits("must be the installation's id", form.githubInstallation).describe(
      "The id of the installation.",
    ),
    privateKey: part.secret.describe("The private key, as the PEM file that GitHub gave."),
  },
  "must be { id, installation, privateKey }",
);

const github = part.mapping(
  {
    type: z.literal("github").describe("Dispatches a workflow of GitHub Actions and follows its run."),
    ...targetBase,
    repository: part.boundedText(
      "must be <owner>/<name> of a repository on GitHub",
      140,
      form.githubRepository,
    ),
    workflow: part
      .boundedText(
        "must be the workflow's file name, such as deploy.yml, or its id in quotes",
        204,
        form.githubWorkflow,
      )
      .describe("The workflow's file name or id."),
    ref: part
      .boundedText("must be a branch or a tag", 250, form.gitRef)
      .default("main")
      .describe("Of which branch or tag."),
    inputs: part
      .named(runText, "must be inputs by name", maxInputs, azure.runParameter)
      .default({})
      .describe(`Inputs of the workflow; ${placeholders}.`),
    app: githubApp.optional().describe("A GitHub App, with the right to write actions."),
    token: part.secret.optional().describe("A token, where there is no app."),
    apiUrl: part.address
      .default("https://api.github.com")
      .describe("GitHub's API; of an enterprise server https://<host>/api/v3."),
  },
  "must be a target of type github",
);

const http = part.mapping(
  {
    type: z.literal("http").describe("Any other system, by a signed POST."),
    ...targetBase,
    url: part.address.describe("Where the POST goes."),
    secret: part.secret.describe("Key of the signature, of at least 16 characters."),
    privateNetwork: part.yesOrNo
      .default(false)
      .describe("Whether the address may lie in a private network; never where machines keep metadata."),
  },
  "must be a target of type http",
);

/** One target, under its name. */
export const target = z.discriminatedUnion(
  "type",
  [retag, importing, webApp, containerApp, kubernetes, template, azurePipelines, github, http],
  {
    error: ({ input }) =>
      typeof input === "object" && input !== null && !Array.isArray(input)
        ? typeHelp(Reflect.get(input, "type"))
        : "must be a target: { type, registry, repositories, … }",
  },
);
export type TargetFile = z.infer<typeof target>;
