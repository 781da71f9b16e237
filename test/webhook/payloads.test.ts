import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import type { RegistryEvent } from "../../src/nouns/registry-event.ts";
import { aConfig, aRegistry } from "../support/registry-config.ts";
import { gridHeaders, nativeHeaders, postGrid, postNative, startIngest } from "./ingest.ts";

const folder = new URL("../payloads/", import.meta.url);
const config = aConfig([
  aRegistry({ name: "myregistry" }),
  aRegistry({ name: "jolovcr" }),
  aRegistry({ name: "demo" }),
]);

const keel = "sha256:80f0d5c8786bb9e621a45ece0db56d11cdc624ad20da9fe62e9d25490f331d7d";
const nginx = "sha256:57a94fc99816c6aa225678b738ac40d85422e75dbb96115f1bb9b6ed77176166";
const hello = "sha256:213bbc182920ab41e18edc2001e06abcca6735d87782d9cef68abd83941cf0e5";
const chart = "sha256:7f060075264b5ba7c14c23672698152ae6a3ebac1c47916e4efe19cd624d5fab";
const dockerManifest = "application/vnd.docker.distribution.manifest.v2+json";
const wsl =
  "docker/20.10.7 go/go1.13.15 git-commit/b0f5bc3 kernel/5.10.16.3-microsoft-standard-WSL2 os/linux arch/amd64 UpstreamClient(Docker-Client/20.10.7 \\(windows\\))";

type Row = readonly [
  file: string,
  registry: string,
  status: number,
  /** The event as recorded, or the words of the refusal. */
  expected: RegistryEvent | string,
  region: string,
];

const nativeRows: readonly Row[] = [
  [
    "native-push-keel-2017.json",
    "myregistry",
    200,
    {
      registry: "myregistry",
      id: "cb8c3971-9adc-488b-bdd8-43cbb4974ff5",
      action: "push",
      occurredAt: Date.UTC(2017, 10, 17, 16, 52, 1, 343),
      repository: "hello-world",
      digest: keel,
      tag: "v1",
      mediaType: dockerManifest,
      manifestBytes: 524,
      userAgent:
        "docker/17.09.0-ce go/go1.8.3 git-commit/afdb6d4 kernel/4.10.0-27-generic os/linux arch/amd64 UpstreamClient(Docker-Client/17.09.0-ce \\(linux\\))",
      host: "myregistry.azurecr.io",
    },
    "westeurope",
  ],
  ["native-push-keel-2017.json", "demo", 422, "myregistry\\.azurecr\\.io.*demo\\.azurecr\\.io", ""],
  [
    "native-ping-recorded-2020.json",
    "myregistry",
    200,
    {
      registry: "myregistry",
      id: "3c4cfa39-f2a5-460d-89d2-ebb4abc40bd8",
      action: "ping",
      occurredAt: Date.UTC(2020, 2, 28, 21, 39, 40, 460),
    },
    "",
  ],
  // The documentation masks digits of digests with x, and the quarantine readme cuts its digest: neither names bytes.
  ["native-push-docs.json", "myregistry", 422, "target.digest: is not a digest", ""],
  ["native-delete-docs.json", "myregistry", 422, "target.digest: is not a digest", ""],
  ["native-chart_push-docs.json", "myregistry", 422, "target.digest: is not a digest", ""],
  ["native-chart_delete-docs.json", "myregistry", 422, "target.digest: is not a digest", ""],
  ["native-quarantine-acr-readme.json", "myregistry", 422, "target.digest: is not a digest", ""],
  // Written by another project for its tests: without id and time, which ACR always sends.
  ["native-ping-kargo.json", "myregistry", 422, "id: is missing; timestamp: is missing", ""],
  ["native-push-kargo-docker.json", "myregistry", 422, "id: is missing; timestamp: is missing", ""],
  [
    "docker-distribution-push-envelope.json",
    "myregistry",
    422,
    "docker-distribution envelope \\(events\\[\\]\\)",
    "",
  ],
  [
    "docker-distribution-pull-envelope.json",
    "myregistry",
    422,
    "docker-distribution envelope \\(events\\[\\]\\)",
    "",
  ],
  ["docker-distribution-delete-target.json", "myregistry", 422, "id: is missing", ""],
  ["eventgrid-imagepushed-spec.json", "jolovcr", 422, "Event Grid event", ""],
  ["eventgrid-imagepushed-docs-2018.json", "jolovcr", 422, "Event Grid event", ""],
  ["cloudevents-imagepushed-spec.json", "jolovcr", 422, "Event Grid event", ""],
];

const pushedToJolov: RegistryEvent = {
  registry: "jolovcr",
  id: "c25fdb80-ebbd-4dd0-a29c-a7349e6388f6",
  action: "push",
  occurredAt: Date.UTC(2021, 8, 8, 6, 37, 45, 468),
  repository: "samples/nginx",
  digest: nginx,
  tag: "latest",
  mediaType: dockerManifest,
  manifestBytes: 1153,
  userAgent: wsl,
  host: "jolovcr.azurecr.io",
  connectedRegistry: "edge1",
};
const chartEvent = {
  registry: "jolovcr",
  id: "ea3a9c28-5b17-40f6-a500-3f02b682927",
  repository: "repo",
  digest: chart,
  tag: "mychart-1.0.0.tgz",
  mediaType: "application/vnd.acr.helm.chart",
  manifestBytes: 25265,
  chart: { name: "mychart", version: "1.0.0" },
  connectedRegistry: "edge1",
};

const eventGridRows: readonly Row[] = [
  ["eventgrid-imagepushed-spec.json", "jolovcr", 200, pushedToJolov, "westus"],
  ["cloudevents-imagepushed-spec.json", "jolovcr", 200, pushedToJolov, "westus"],
  ["eventgrid-imagepushed-spec.json", "demo", 422, "registries/jolovcr.*demo\\.azurecr\\.io", ""],
  ["cloudevents-imagepushed-spec.json", "demo", 422, "registries/jolovcr.*demo\\.azurecr\\.io", ""],
  [
    "eventgrid-imagedeleted-spec.json",
    "jolovcr",
    200,
    {
      registry: "jolovcr",
      id: "6fdef14c-2594-41e8-9156-c0376eb0a190",
      action: "delete",
      occurredAt: Date.UTC(2021, 8, 8, 6, 49, 40, 185),
      repository: "samples/nginx",
      digest: nginx,
      mediaType: dockerManifest,
      userAgent: "python-requests/2.22.0",
      host: "jolovcr.azurecr.io",
      connectedRegistry: "edge1",
    },
    "westus",
  ],
  [
    "eventgrid-imagepushed-docs-2018.json",
    "demo",
    200,
    {
      registry: "demo",
      id: "31c51664-e5bd-416a-a5df-e5206bc47ed0",
      action: "push",
      occurredAt: Date.UTC(2018, 3, 25, 21, 39, 47, 276),
      repository: "aci-helloworld",
      digest: hello,
      tag: "v1",
      mediaType: dockerManifest,
      manifestBytes: 3023,
      userAgent:
        "docker/18.03.0-ce go/go1.9.4 git-commit/0520e24 os/windows arch/amd64 UpstreamClient(Docker-Client/18.03.0-ce \\\\(windows\\\\))",
      host: "demo.azurecr.io",
    },
    "",
  ],
  ["eventgrid-imagepushed-docs-2018.json", "jolovcr", 422, "demo\\.azurecr\\.io.*jolovcr\\.azurecr\\.io", ""],
  // The key `connectedregistry` in lower case; a topic made of placeholders, which names no registry.
  [
    "eventgrid-connectedregistry-imagepushed.json",
    "jolovcr",
    200,
    {
      registry: "jolovcr",
      id: "31c51664-e5bd-416a-a5df-e5206bc47ed0",
      action: "push",
      occurredAt: Date.UTC(2018, 3, 25, 21, 39, 47, 276),
      repository: "aci-helloworld",
      digest: hello,
      tag: "v1",
      mediaType: dockerManifest,
      manifestBytes: 3023,
      connectedRegistry: "<connected-registry-name>",
    },
    "",
  ],
  [
    "eventgrid-chartpushed-spec.json",
    "jolovcr",
    200,
    { ...chartEvent, action: "chart_push", occurredAt: Date.UTC(2019, 2, 12, 22, 16, 31, 8) },
    "westus",
  ],
  // The same event with its time written at -07:00.
  [
    "cloudevents-chartpushed-spec.json",
    "jolovcr",
    200,
    { ...chartEvent, action: "chart_push", occurredAt: Date.UTC(2019, 2, 12, 22, 16, 31, 8) },
    "westus",
  ],
  [
    "eventgrid-chartdeleted-spec.json",
    "jolovcr",
    200,
    { ...chartEvent, action: "chart_delete", occurredAt: Date.UTC(2019, 2, 12, 22, 42, 8, 378) },
    "westus",
  ],
  ["eventgrid-subscriptionvalidation-response.json", "jolovcr", 400, "neither eventType", ""],
  ["docker-distribution-push-envelope.json", "jolovcr", 400, "docker-distribution envelope", ""],
  ["docker-distribution-pull-envelope.json", "jolovcr", 400, "docker-distribution envelope", ""],
  ["docker-distribution-delete-target.json", "jolovcr", 400, "neither eventType", ""],
  ["native-push-keel-2017.json", "myregistry", 400, "neither eventType", ""],
  ["native-ping-recorded-2020.json", "myregistry", 400, "neither eventType", ""],
];

const lanes = [
  {
    way: "webhook",
    rows: nativeRows,
    secret: "native-secret",
    post: postNative,
    headers: nativeHeaders,
    pathTo: (registry: string, region: string) => `/webhooks/acr/${registry}?region=${region}`,
    bodyOf: ({ id }: RegistryEvent) => ({ status: "recorded", id }),
  },
  {
    way: "eventgrid",
    rows: eventGridRows,
    secret: "grid-secret",
    post: postGrid,
    headers: gridHeaders,
    pathTo: (registry: string) => `/webhooks/eventgrid/${registry}`,
    bodyOf: () => expect.objectContaining({ status: "recorded", recorded: 1, duplicates: 0, refused: 0 }),
  },
];

describe.each(lanes)("answers by the way $way", ({ way, rows, secret, post, headers, pathTo, bodyOf }) => {
  it.each(rows)("%s for %s with %i", async (file, registry, status, expected, region) => {
    const { app, store, text } = startIngest({ config });
    const payload = readFileSync(new URL(file, folder));

    const answer = await post(app, payload, headers, pathTo(registry, region));

    expect(answer.status).toBe(status);
    expect(text()).not.toContain(secret);
    if (typeof expected === "string") {
      expect(answer.body.error.message).toMatch(new RegExp(expected));
      expect(store.sightings()).toEqual([]);
      return;
    }
    expect(answer.body).toEqual(bodyOf(expected));
    expect(store.sightings()).toEqual([{ event: expected, way, region, receivedAt: expect.any(Number) }]);
  });
});

it("answers the recorded validation with the code that Microsoft's documentation expects", async () => {
  const { app } = startIngest({ config });
  const payload = readFileSync(new URL("eventgrid-subscriptionvalidation-docs.json", folder));
  const expected = readFileSync(new URL("eventgrid-subscriptionvalidation-response.json", folder), "utf8");

  const answer = await postGrid(
    app,
    payload,
    { ...gridHeaders, "aeg-event-type": "SubscriptionValidation" },
    "/webhooks/eventgrid/jolovcr",
  );

  expect(answer.status).toBe(200);
  expect(answer.body).toEqual(JSON.parse(expected));
});

it.each(readdirSync(folder).filter((file) => /^(acr|arm)-.*\.json$/.test(file)))(
  "refuses %s, which is no event, on both webhooks",
  async (file) => {
    const { app, store } = startIngest({ config });
    const payload = readFileSync(new URL(file, folder));

    const native = await postNative(app, payload, nativeHeaders, "/webhooks/acr/myregistry");
    const grid = await postGrid(app, payload, gridHeaders, "/webhooks/eventgrid/myregistry");

    expect([native.status, grid.status]).toEqual([422, 400]);
    expect(store.sightings()).toEqual([]);
  },
);

it("covers every stored payload", () => {
  const inTables = new Set([...nativeRows, ...eventGridRows].map(([file]) => file));
  const others = readdirSync(folder).filter((file) => file.endsWith(".json") && !inTables.has(file));
  expect(others.filter((file) => !/^(acr|arm)-/.test(file))).toEqual([
    "eventgrid-subscriptionvalidation-docs.json",
  ]);
});
