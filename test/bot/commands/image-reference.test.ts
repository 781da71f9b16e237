import { describe, expect, it } from "vitest";
import { readImageReferences } from "../../../src/bot/commands/image-reference.ts";
import { Misused } from "../../../src/bot/commands/typed/misused.ts";
import type { Config, RegistryConfig } from "../../../src/config/config.ts";
import type { ChannelId } from "../../../src/nouns/channel.ts";
import { plainOf } from "../../../src/nouns/text.ts";

const idOf = (name: string) =>
  `/subscriptions/0000/resourceGroups/rg/providers/Microsoft.ContainerRegistry/registries/${name}`;
const registryOf = (name: string, resourceId?: string) =>
  ({ name, loginServer: `${name}.azurecr.io`, resourceId }) as RegistryConfig;
const shop = "slack:C0SHOP";

function read(
  typed: string,
  {
    registries = [registryOf("contoso", idOf("contoso")), registryOf("fabrikam")],
    routes = [] as readonly { readonly registries: readonly string[]; readonly to: readonly ChannelId[] }[],
  } = {},
) {
  const config = { registries: Object.fromEntries(registries.map((one) => [one.name, one])), routes };
  return readImageReferences(typed, { config: () => config as unknown as Config, channel: shop });
}

function whyNot(typed: string, more?: Parameters<typeof read>[1]): string {
  try {
    return `read as ${JSON.stringify(read(typed, more))}`;
  } catch (error) {
    if (!(error instanceof Misused)) throw error;
    return plainOf(error.why);
  }
}

describe("a link of Azure's portal", () => {
  const id = encodeURIComponent(idOf("contoso"));
  const image = { registry: "contoso", repository: "shop/checkout", tag: "1.4.2" };
  const start = "https://portal.azure.com/#view/Microsoft_Azure_ContainerRegistries";
  const digest = `sha256:${"a1".repeat(32)}`;

  it.each([
    `${start}/TagMetadataBlade/registryId/${id}/repositoryName/shop%2Fcheckout/tag/1.4.2`,
    `${start}/TagMetadataBlade/registryId/${id.toLowerCase()}/repositoryName/shop%2Fcheckout/tag/1.4.2/loginServer/contoso.azurecr.io`,
    `https://ms.portal.azure.com/#blade/Microsoft_Azure_ContainerRegistries/TagMetadataBlade/id/${id}/repository/shop%2Fcheckout/tag/1.4.2`,
    `https://portal.azure.com/#@contoso.onmicrosoft.com/blade/Microsoft_Azure_ContainerRegistries/TagMetadataBlade/id/${id}/repository/shop%2Fcheckout/tag/1.4.2`,
  ])("to a tag is that image: %s", (typed) => {
    expect(read(typed)).toEqual([image]);
  });

  it("to a manifest is that digest, to a repository that repository", () => {
    const { tag: _tag, ...repository } = image;
    expect(
      read(`${start}/ManifestBlade/registryId/${id}/repositoryName/shop%2Fcheckout/manifest/${digest}`),
    ).toEqual([{ ...repository, digest }]);
    expect(read(`${start}/RepositoryBlade/id/${id}/repository/shop%2Fcheckout`)).toEqual([repository]);
  });

  it("goes by the name in it where the configuration has no resource id", () => {
    const fabrikam = encodeURIComponent(idOf("fabrikam"));
    expect(read(`${start}/TagMetadataBlade/id/${fabrikam}/repository/web/tag/1`)).toEqual([
      { registry: "fabrikam", repository: "web", tag: "1" },
    ]);
  });

  it("to somebody else's registry, or to no repository, is refused", () => {
    const other = encodeURIComponent(idOf("northwind"));
    const elsewhere = encodeURIComponent(idOf("contoso").replace("rg", "other"));
    for (const one of [other, elsewhere])
      expect(whyNot(`${start}/TagMetadataBlade/id/${one}/repository/web/tag/1`)).toContain(
        "none of my registries",
      );
    expect(whyNot(`https://portal.azure.com/#@contoso.com/resource${idOf("contoso")}/repository`)).toContain(
      "none of my registries",
    );
    expect(whyNot(`${start}/RegistryBlade/id/${id}`)).toContain("names no repository");
    expect(whyNot(`${start}/TagMetadataBlade/id/${id}/repository/web%/tag/1`)).toContain(
      "not a repository name",
    );
  });
});

describe("the registry of a name without one", () => {
  it("is the only one there is", () => {
    expect(read("shop/checkout:1", { registries: [registryOf("contoso")] })).toEqual([
      { registry: "contoso", repository: "shop/checkout", tag: "1" },
    ]);
  });

  it("is the one that all routes to the channel are about", () => {
    const routes = [
      { registries: ["fabrikam"], to: [shop, "slack:C0OTHER"] as const },
      { registries: ["fabrikam"], to: [shop] as const },
      { registries: ["contoso"], to: ["slack:C0OTHER"] as const },
    ];
    expect(read("web:1", { routes })).toEqual([{ registry: "fabrikam", repository: "web", tag: "1" }]);
    expect(read("contoso/web:1", { routes })).toEqual([
      { registry: "contoso", repository: "web", tag: "1" },
      { registry: "fabrikam", repository: "contoso/web", tag: "1" },
    ]);
  });

  it.each([
    ["no route leads there", []],
    [
      "routes differ",
      [
        { registries: ["fabrikam"], to: [shop] },
        { registries: ["contoso"], to: [shop] },
      ],
    ],
    ["a route is about all of them", [{ registries: [], to: [shop] }]],
  ] as const)("is asked for where %s", (_case, routes) => {
    expect(whyNot("web:1", { routes })).toContain("Which registry?");
  });
});

describe("an image", () => {
  it.each([
    "shop/checkout/",
    "https://contoso.azurecr.io/shop/checkout/",
    "contoso.azurecr.io/shop/checkout//.",
  ])("may end in a slash: %s", (typed) => {
    const [first] = read(typed, { registries: [registryOf("contoso")] });
    expect(first).toEqual({ registry: "contoso", repository: "shop/checkout" });
  });

  it("keeps the tag that stands before a digest, so that it can be compared", () => {
    expect(read("contoso.azurecr.io/web:1.4.2@d4dbb2ef90d3")).toEqual([
      { registry: "contoso", repository: "web", tag: "1.4.2", digest: "sha256:d4dbb2ef90d3" },
    ]);
  });
});
