import { describe, expect, it } from "vitest";
import { linesOf, load } from "./support.ts";
import { ground, loadTargets } from "./target-support.ts";

const strip = (lines: readonly string[]) => lines.map((line) => line.replace(/^chatops\.yaml:\d+:\d+ /, ""));

describe("a wrong type hides nothing that stands behind it", () => {
  it("of a target that is meant to be one of a type", async () => {
    const one = `{ type: kubernets, registry: nope, repositories: ["Shop/*"], cluster: { inCluster: true }, namespace: Shop_1, wrkload: deployment/x, container: app, timeout: 99d }`;
    expect(strip(linesOf(await loadTargets({ one })))).toEqual([
      'targets.one.type: "kubernets" does not fit; did you mean kubernetes?',
      'targets.one.registry: "nope" is no registry; must be one of registries: contoso, prod',
      `targets.one.repositories[0]: "Shop/*" has capitals, and no repository's name has; write it in small letters`,
      'targets.one.namespace: "Shop_1" does not fit; must be a namespace: a-z, 0-9 and -',
      "targets.one.wrkload: is not known here; did you mean workload?",
      "targets.one.timeout: is longer than 24h; must be at most 24h",
    ]);
  });

  it("of a target like none, as far as all targets have it", async () => {
    const known =
      "retag, import, web-app, container-app, kubernetes, template, azure-pipelines, github, http";
    const one = "{ type: blob, registry: nope, repositories: 7, bucket: x, timeout: x }";
    const two = "{ registry: contoso, repositories: [shop/a], mode: loud, workload: x }";
    expect(strip(linesOf(await loadTargets({ one, two })))).toEqual([
      `targets.one.type: "blob" does not fit; must be one of ${known}`,
      'targets.one.registry: "nope" is no registry; must be one of registries: contoso, prod',
      "targets.one.repositories: is a number; must be a list of patterns such as shop/**",
      'targets.one.timeout: "x" does not fit; must be a length of time, such as 500ms, 10s, 4h',
      `targets.two.type: is missing; must be one of ${known}`,
      'targets.two.mode: "loud" does not fit; must be notify, observe or act',
    ]);
  });

  it("of a credential", async () => {
    const text = ground.replace(
      "reader: { type: managed-identity }",
      "reader: { type: managed-identiti, clientId: x }",
    );
    expect(strip(linesOf(await load(text)))).toEqual([
      'credentials.reader.type: "managed-identiti" does not fit; must be managed-identity, workload-identity, certificate, secret or default',
      `credentials.reader.clientId: "x" does not fit; must be an application's client id (a GUID)`,
    ]);
  });
});
