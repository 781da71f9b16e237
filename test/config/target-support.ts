import { generateKeyPairSync } from "node:crypto";
import { readFileSync } from "node:fs";
import { parse } from "yaml";
import { z } from "zod";
import type { TargetType } from "../../src/nouns/target.ts";
import { environment, load } from "./support.ts";

export const arm = "/subscriptions/0000/resourceGroups/rg";

/** An app's private key in the form that GitHub gives it: RSA, PKCS #1. */
export const { privateKey } = generateKeyPairSync("rsa", {
  modulusLength: 1024,
  publicKeyEncoding: { type: "spki", format: "pem" },
  privateKeyEncoding: { type: "pkcs1", format: "pem" },
});

export const variables = {
  ...environment,
  DEPLOY_KEY: "an-hmac-key-of-some-thirty-chars",
  GITHUB_TOKEN: `ghp_${"x".repeat(36)}`,
  API_TOKEN: "an-api-token-of-some-thirty-chars",
};
const files = {
  "/run/secrets/app.pem": privateKey,
  "/etc/kubeconfig": "apiVersion: v1\n",
};

/** Everything that targets may name, so that a test adds only targets. 18 lines. */
export const ground = `mode: act
credentials: { reader: { type: managed-identity }, deployer: { type: workload-identity } }
registries:
  contoso:
    loginServer: contoso.azurecr.io
    resourceId: ${arm}/providers/Microsoft.ContainerRegistry/registries/contoso
    credentials: { read: reader, write: deployer }
    webhook: { secrets: ["\${ACR_WEBHOOK_SECRET}"] }
  prod:
    loginServer: contosoprod.azurecr.io
    resourceId: ${arm}/providers/Microsoft.ContainerRegistry/registries/contosoprod
    credentials: { read: reader }
    webhook: { secrets: ["\${EG_SECRET}"] }
slack: { botToken: "\${SLACK_BOT_TOKEN}", signingSecret: "\${SLACK_SIGNING_SECRET}" }
roles:
  deployer: { slack: [U012ABCDE, S0614TZR7] }
  lead: { slack: [U012ABCDF, U012ABCDG] }
routes: [{ to: ["slack:C0123ABCD"] }]
`;

/** One right example of each type; the names are those of the types. */
export const examples = {
  retag: `{ type: retag, registry: contoso, repositories: ["shop/*"], tag: staging, allow: { deploy: [deployer] } }`,
  import: `{ type: import, registry: contoso, repositories: [shop/checkout], credential: deployer, into: { registry: prod, repository: "prod/{name}", tag: "{tag}-signed" } }`,
  "web-app": `{ type: web-app, registry: contoso, repositories: [shop/checkout], credential: deployer, app: ${arm}/providers/Microsoft.Web/sites/shop, slot: blue, container: main }`,
  "container-app": `{ type: container-app, registry: contoso, repositories: [shop/checkout], credential: deployer, app: ${arm}/providers/Microsoft.App/containerApps/shop }`,
  kubernetes: `{ type: kubernetes, registry: contoso, repositories: [shop/checkout], cluster: { aks: ${arm}/providers/Microsoft.ContainerService/managedClusters/aks }, credential: deployer, namespace: shop, workload: deployment/checkout, container: app }`,
  template: `{ type: template, registry: contoso, repositories: [shop/job], credential: deployer, templateSpec: ${arm}/providers/Microsoft.Resources/templateSpecs/job/versions/1.0, resourceGroup: ${arm}, parameters: { cpu: 2, location: westeurope, spot: true } }`,
  "azure-pipelines": `{ type: azure-pipelines, registry: contoso, repositories: [shop/checkout], credential: deployer, organization: https://dev.azure.com/contoso/, project: Shop Floor, pipeline: 42, parameters: { image: "{image}", operation: "{operation}" } }`,
  github: `{ type: github, registry: contoso, repositories: [shop/checkout], repository: contoso/deploy, workflow: deploy.yml, inputs: { image: "{digest}", run: "chatops-{operation}" }, app: { id: 12345, installation: "678", privateKey: "\${file:/run/secrets/app.pem}" } }`,
  http: `{ type: http, registry: contoso, repositories: [shop/checkout], url: "https://deploy.contoso.com/hook?code=abcdefghijklmnop", secret: "\${DEPLOY_KEY}", privateNetwork: true }`,
} as const;

const guide = readFileSync(new URL("../../docs/targets.md", import.meta.url), "utf8");

/** A type's section of docs/targets.md; empty if it has none. */
export function guideTo(type: TargetType): string {
  return guide.split(/^## /m).find((section) => section.startsWith(`${type}\n`)) ?? "";
}

/** The first example of a type in its section, as YAML reads it. */
export function exampleInGuide(type: TargetType): Readonly<Record<string, unknown>> {
  const blocks = [...guideTo(type).matchAll(/^```yaml\n([\s\S]*?)^```$/gm)].map(([, text = ""]) =>
    parse(text),
  );
  const targets = blocks.flatMap((block) => Object.values(block?.targets ?? {}));
  return z.looseObject({ type: z.literal(type) }).parse(targets[0]);
}

/** Loads targets by name on that ground; the first one stands on line 20, its text begins behind its name. */
export function loadTargets(targets: Readonly<Record<string, string>>, more = "") {
  const lines = Object.entries(targets).map(([name, text]) => `  ${name}: ${text}\n`);
  return load(`${ground}targets:\n${lines.join("")}${more}`, variables, files);
}
