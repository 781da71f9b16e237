import { describe, expect, it } from "vitest";
import { environmentTagsOf, type Target, whatItDoes } from "../../src/nouns/target.ts";
import { plainOf } from "../../src/nouns/text.ts";
import { cluster, staging } from "../cards/example-view.ts";

const { tag: _tag, type: _type, ...base } = staging;
const arm = "/subscriptions/s/resourceGroups/rg-shop/providers";
const said = (target: Target): string =>
  plainOf(whatItDoes(target, { repository: "shop/checkout", loginServer: "contoso.azurecr.io" }));

const expected: readonly [Target, string][] = [
  [staging, "Moves the tag staging in contoso.azurecr.io; the digest stays as it is"],
  [
    {
      ...base,
      type: "import",
      credential: "c",
      into: { registry: "prod", repository: "live/{name}", tag: "stable" },
    },
    "Copies it to live/checkout:stable in prod, by its digest",
  ],
  [
    {
      ...base,
      type: "web-app",
      credential: "c",
      app: `${arm}/Microsoft.Web/sites/shop`,
      slot: "next",
      container: "main",
      startLimitMs: 230_000,
    },
    "Sets the image of the web app shop, slot next, container main",
  ],
  [
    { ...base, type: "container-app", credential: "c", app: `${arm}/Microsoft.App/containerApps/checkout` },
    "Makes a new revision of the container app checkout",
  ],
  [cluster, "Patches deployment/checkout in shop, container app"],
  [
    {
      ...base,
      type: "template",
      credential: "c",
      templateSpec: `${arm}/Microsoft.Resources/templateSpecs/aci/versions/1.2`,
      resourceGroup: "/subscriptions/s/resourceGroups/rg-shop",
      imageParameter: "image",
      parameters: { key: "not shown" },
    },
    "Deploys the template spec aci 1.2 to the resource group rg-shop",
  ],
  [
    {
      ...base,
      type: "azure-pipelines",
      credential: "c",
      organization: "https://dev.azure.com/contoso",
      project: "shop",
      pipeline: 12,
      ref: "refs/heads/main",
      parameters: {},
    },
    "Runs the pipeline 12 of shop on refs/heads/main in Azure Pipelines",
  ],
  [
    {
      ...base,
      type: "github",
      repository: "contoso/shop",
      workflow: "deploy.yml",
      ref: "main",
      inputs: {},
      auth: { kind: "token", token: "secret-token" },
      apiUrl: "https://api.github.com",
    },
    "Runs the workflow deploy.yml of contoso/shop on main in GitHub",
  ],
  [
    {
      ...base,
      type: "http",
      url: "https://deploy.contoso.example/hook/secret-path?key=secret-key",
      secret: "secret-hmac",
      privateNetwork: false,
    },
    "Tells deploy.contoso.example to deploy it, and asks how it goes",
  ],
];

describe("what a target does", () => {
  it.each(expected)("is one line for people, without secrets", (target, line) => {
    expect(said(target)).toBe(line);
    expect(said(target)).not.toContain("secret");
  });

  it("takes nothing in a repository's name for a pattern", () => {
    const target = expected[1]?.[0] ?? staging;
    expect(plainOf(whatItDoes(target, { repository: "a/$&{repository}", loginServer: "x" }))).toContain(
      "live/$&{repository}:stable",
    );
  });
});

describe("environment tags", () => {
  it("are those that retag targets move and keep, and no others", () => {
    expect(expected.flatMap(([target]) => environmentTagsOf(target))).toEqual([
      "staging",
      "staging-previous",
    ]);
  });
});
