import { describe, expect, it } from "vitest";
import { linesOf, load } from "./support.ts";
import { arm, examples, ground, loadTargets, variables } from "./target-support.ts";

const withKey = (text: string, key: string) => text.replace("type:", `${key}, type:`);
const problemsOf = async (targets: Readonly<Record<string, string>>) => {
  const result = await loadTargets(targets);
  return result.ok ? [] : linesOf(result).map((line) => line.replace(/^chatops\.yaml:(\d+):\d+ /, "$1 "));
};
const retag = (tag: string, registry = "contoso") =>
  `{ type: retag, registry: ${registry}, repositories: ["shop/*"], tag: ${tag} }`;

describe("targets in an order", () => {
  it("are in no circle, and take images of one registry", async () => {
    const after = (name: string, text = examples.http) => withKey(text, `after: { target: ${name} }`);
    expect(
      await problemsOf({ one: after("two"), two: after("three"), three: after("two"), four: after("three") }),
    ).toEqual([
      "21 targets.two.after.target: leads in a circle: two → three → two; leave one of these out",
      "22 targets.three.after.target: leads in a circle: three → two → three; leave one of these out",
    ]);
    const prod = examples.http.replace("registry: contoso", "registry: prod");
    expect(await problemsOf({ one: after("two"), two: prod })).toEqual([
      "20 targets.one.after.target: takes images of another registry (prod), so no image of this target is ever there; name a target of registry contoso",
    ]);
    expect(await problemsOf({ one: after("two"), two: after("three"), three: examples.http })).toEqual([]);
  });
});

describe("targets of one place", () => {
  const place = (name: string) => `is the place of targets.${name} already; one place has one target`;

  it.each([
    ["web-app", "app", "sites/shop, slot: blue", "sites/Shop, slot: Blue"],
    ["container-app", "app", "containerApps/shop", "containerapps/SHOP"],
    ["kubernetes", "workload", "force", "force"],
  ] as const)("of type %s are refused, however they are written", async (type, key, from, to) => {
    const second = withKey(examples[type].replace(from, to), "allow: { deploy: [lead] }");
    expect(await problemsOf({ one: examples[type], two: second })).toEqual([
      `21 targets.two.${key}: ${place("one")}`,
    ]);
  });

  it("are others where a slot, a container, a namespace or a cluster differs", async () => {
    const { kubernetes } = examples;
    const inCluster = kubernetes
      .replace(/cluster: \{.*?\}/, "cluster: { inCluster: true }")
      .replace("credential: deployer, ", "");
    expect(
      await problemsOf({
        one: kubernetes,
        two: inCluster,
        three: inCluster.replace("inCluster: true", "kubeconfig: /etc/kubeconfig"),
        four: inCluster.replace("inCluster: true", "kubeconfig: /etc/kubeconfig, context: a"),
        five: kubernetes.replace("namespace: shop", "namespace: test"),
        six: kubernetes.replace("deployment/", "statefulset/"),
        seven: kubernetes.replace("container: app", "container: web"),
        eight: examples["web-app"],
        nine: examples["web-app"].replace("slot: blue", "slot: green"),
        ten: examples["web-app"].replace("container: main", "container: side"),
      }),
    ).toEqual([]);
  });

  it("that are tags do not take what another one keeps", async () => {
    expect(await problemsOf({ one: retag("live"), two: retag("live-previous") })).toEqual([
      "21 targets.two.tag: is the tag under which targets.one keeps its previous image; choose another",
    ]);
    expect(await problemsOf({ one: retag("live-previous"), two: retag("live") })).toEqual([
      "20 targets.one.tag: is the tag under which targets.two keeps its previous image; choose another",
    ]);
    expect(await problemsOf({ one: retag("live"), two: retag("live-previous", "prod") })).toEqual([
      "21 targets.two.registry: names a registry that the bot may not write; set registries.prod.credentials.write",
    ]);
    const long = "a".repeat(125);
    expect(await problemsOf({ one: retag(`${long}-b`), two: retag(`${long}-c`) })).toEqual([
      "21 targets.two.tag: and that of targets.one begin alike and are too long to keep their previous images apart; choose a shorter one",
    ]);
    expect(await problemsOf({ one: retag(`${"a".repeat(119)}-previous`) })).toEqual([
      "20 targets.one.tag: is the tag under which targets.one keeps its previous image; choose another",
    ]);
    expect(await problemsOf({ one: retag("live"), two: retag("live-previous-2") })).toEqual([]);
  });
});

describe("what a target needs of its registries", () => {
  const without = async (gone: string, targets: string, mode = "act") => {
    const text = ground.replace(gone, "").replace("mode: act", `mode: ${mode}`);
    expect(text).not.toBe(ground);
    const result = await load(`${text}targets:\n${targets}\n`, variables);
    return result.ok ? [] : linesOf(result).map((line) => line.replace(/^chatops\.yaml:\d+:\d+ /, ""));
  };
  const write = ", write: deployer";
  const prodId = `    resourceId: ${arm}/providers/Microsoft.ContainerRegistry/registries/contosoprod\n`;

  it("is to read it, and for a tag to write it, in mode act", async () => {
    expect(await without(write, `  one: ${examples.kubernetes}`)).toEqual([]);
    expect(await without(write, `  one: ${examples.retag}`)).toEqual([
      "targets.one.registry: names a registry that the bot may not write; set registries.contoso.credentials.write",
    ]);
    expect(await without(write, `  one: ${withKey(examples.retag, "mode: observe")}`)).toEqual([]);
    expect(await without(write, `  one: ${examples.retag}`, "observe")).toEqual([]);
    expect(await without("read: reader, write", `  one: ${examples.kubernetes}`)).toContainEqual(
      "targets.one.registry: names a registry that the bot may not read; set registries.contoso.credentials.read",
    );
  });

  it("is for an import both ARM ids, and to read where it goes", async () => {
    const one = `  one: ${examples.import}`;
    expect(await without(prodId, one)).toEqual([
      "targets.one.into.registry: names a registry whose ARM id is not known; set registries.prod.resourceId",
    ]);
    expect(await without(prodId.replace("prod\n", "\n"), one, "notify")).toEqual([
      "targets.one.registry: names a registry whose ARM id is not known; set registries.contoso.resourceId",
    ]);
    expect(await without("    credentials: { read: reader }\n", one)).toEqual([
      "targets.one.into.registry: names a registry that the bot may not read; set registries.prod.credentials.read",
    ]);
  });
});
