import { expect, it } from "vitest";
import { findOtherHost, findOtherTopic, readAcrHost } from "../../../src/webhook/callers/hosts.ts";
import { aConfig, aRegistry } from "../../support/registry-config.ts";
import { aPush, postNative, startIngest } from "../ingest.ts";

const resourceId =
  "/subscriptions/0000/resourceGroups/rg/providers/Microsoft.ContainerRegistry/registries/contoso";
const registries = {
  global: aRegistry(),
  labelled: aRegistry({ loginServer: "contoso-h4sh0abc.azurecr.io" }),
  government: aRegistry({ loginServer: "contoso.azurecr.us" }),
  custom: aRegistry({ loginServer: "registry.contoso.com" }),
  customWithId: aRegistry({ loginServer: "127.0.0.1:5050", resourceId }),
} as const;

const taken: readonly (readonly [keyof typeof registries, string])[] = [
  ["global", "contoso.azurecr.io"],
  ["global", "CONTOSO.AzureCR.io"],
  ["global", "contoso.azurecr.io:443"],
  ["global", "contoso.azurecr.io."],
  ["global", "contoso.westus.geo.azurecr.io"],
  ["global", "contoso.westeurope.data.azurecr.io"],
  ["global", "contoso-h4sh0abc.azurecr.io"],
  ["labelled", "contoso-h4sh0abc.azurecr.io"],
  ["labelled", "contoso-h4sh0abc.westus2.geo.azurecr.io"],
  ["labelled", "contoso.azurecr.io"],
  ["government", "contoso.azurecr.us"],
  // Names no registry: a custom domain, a proxy, a connected registry on its own network.
  ["global", "registry.contoso.com"],
  ["global", "192.168.100.227:5000"],
  ["global", "edge1.local"],
  ["global", "[registry].azurecr.io"],
  ["global", "[::1]:5000"],
  ["global", ""],
  ["global", "other.azurecr.io.evil.example"],
  ["global", `${"a".repeat(300)}.azurecr.io`],
  ["custom", "anything.azurecr.io"],
  ["customWithId", "contoso.azurecr.io"],
];

it.each(taken)("takes for the %s registry an event of host %j", async (kind, host) => {
  const { app } = startIngest({ config: aConfig([registries[kind]]) });
  expect((await postNative(app, aPush({}, { request: { host } }))).status).toBe(200);
});

const refused: readonly (readonly [keyof typeof registries, string])[] = [
  ["global", "fabrikam.azurecr.io"],
  ["global", "FABRIKAM.azurecr.io:443"],
  ["global", "fabrikam.westus.geo.azurecr.io"],
  ["global", "fabrikam-h4sh0abc.azurecr.io"],
  ["global", "contoso.azurecr.cn"],
  ["global", "contosoo.azurecr.io"],
  ["labelled", "contoso-0therhash.azurecr.io"],
  ["government", "contoso.azurecr.io"],
  ["customWithId", "fabrikam.azurecr.io"],
];

it.each(refused)("refuses for the %s registry an event of host %s", async (kind, host) => {
  const registry = registries[kind];
  const { app, store } = startIngest({ config: aConfig([registry]) });

  const answer = await postNative(app, aPush({}, { request: { host } }));

  expect(answer.status).toBe(422);
  expect(answer.body.error.code).toBe("another-registry");
  expect(answer.body.error.message).toContain(host);
  expect(answer.body.error.message).toContain(registry.loginServer);
  expect(store.sightings()).toEqual([]);
});

it("reads the label and the cloud out of a host", () => {
  expect(readAcrHost("Contoso-H4sh.westus.geo.azurecr.us:443")).toEqual({
    name: "contoso",
    label: "h4sh",
    cloud: "us",
  });
  expect(readAcrHost("contoso.westus.azurecr.io")).toBeUndefined();
  expect(findOtherHost(undefined, registries.global)).toBeUndefined();
});

const upper = resourceId.toUpperCase();
it.each([
  [resourceId, undefined],
  [upper, undefined],
  [`${resourceId}/connectedRegistries/edge1`, undefined],
  ["/subscriptions/0000", undefined],
  [
    "/subscriptions/<id>/resourceGroups/<rg>/providers/Microsoft.ContainerRegistry/registries/<name>",
    undefined,
  ],
  [resourceId.replace("0000", "1111"), "1111"],
  [resourceId.replace("contoso", "fabrikam"), "fabrikam"],
  [`${resourceId}2/connectedRegistries/contoso`, "contoso2"],
])("compares the topic %s with the resource id", (topic, named) => {
  const problem = findOtherTopic(topic, aRegistry({ resourceId }));
  if (named === undefined) expect(problem).toBeUndefined();
  else expect(problem).toMatch(new RegExp(`${named}.*registries/contoso$`));
});

it("compares the topic with the login server where no resource id is configured", () => {
  expect(findOtherTopic(resourceId, registries.labelled)).toBeUndefined();
  expect(findOtherTopic(resourceId, registries.custom)).toBeUndefined();
  expect(findOtherTopic(resourceId.replace("contoso", "fabrikam"), registries.global)).toMatch(
    /fabrikam.*contoso\.azurecr\.io/,
  );
});
