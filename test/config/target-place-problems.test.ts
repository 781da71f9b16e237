import { describe, expect, it } from "vitest";
import { linesOf } from "./support.ts";
import { examples, loadTargets } from "./target-support.ts";

/** In an example of a type: what stands in place of what, and every line that comes of it. */
const problems: readonly (readonly [keyof typeof examples, string | RegExp, string, readonly string[]])[] = [
  [
    "import",
    "credential: deployer",
    "credential: nobody",
    ['20:86 targets.one.credential: "nobody" is no credential; must be one of credentials: reader, deployer'],
  ],
  [
    "import",
    "credential: deployer, ",
    "",
    ["20:3 targets.one.credential: is missing; must be the name of an entry under credentials"],
  ],
  [
    "import",
    "registry: prod",
    "registry: test",
    ['20:114 targets.one.into.registry: "test" is no registry; must be one of registries: contoso, prod'],
  ],
  [
    "import",
    '"prod/{name}"',
    '"Prod/{name}"',
    [
      "20:132 targets.one.into.repository: is no repository; write a name in lower case, with {repository} or {name}, such as prod/{name}",
    ],
  ],
  [
    "import",
    '"prod/{name}"',
    '"prod/{nom}"',
    [
      "20:132 targets.one.into.repository: is no repository; write a name in lower case, with {repository} or {name}, such as prod/{name}",
    ],
  ],
  [
    "import",
    '"{tag}-signed"',
    '"{tag}:x"',
    ["20:152 targets.one.into.tag: is no tag; write a tag, with {tag} for the image's own"],
  ],
  [
    "import",
    /into: \{.*?\} /,
    "into: { registry: contoso }",
    ["20:102 targets.one.into: is where the image comes from; name another registry or repository"],
  ],
  [
    "import",
    /into: \{.*?\} /,
    "into: prod",
    ["20:102 targets.one.into: is a text; must be { registry, repository, tag }"],
  ],
  [
    "web-app",
    "sites/shop",
    "sites/shop/slots/blue",
    [
      "20:102 targets.one.app: does not fit; must be the ARM id of the app: /subscriptions/…/resourceGroups/…/providers/Microsoft.Web/sites/<name>",
    ],
  ],
  [
    "web-app",
    "Microsoft.Web",
    "Microsoft.App",
    [
      '20:102 targets.one.app: "/subscriptions/0000/resourceGroups/rg/providers/Microsoft.App/sites/shop" does not fit; must be the ARM id of the app: /subscriptions/…/resourceGroups/…/providers/Microsoft.Web/sites/<name>',
    ],
  ],
  ["web-app", "slot: blue", "slot: Production", ["20:182 targets.one.slot: is the app itself; leave it out"]],
  [
    "web-app",
    "slot: blue",
    "slot: a b",
    ['20:182 targets.one.slot: "a b" does not fit; must be the name of a slot: letters, digits and -'],
  ],
  [
    "container-app",
    "/containerApps",
    "/jobs",
    [
      '20:108 targets.one.app: "/subscriptions/0000/resourceGroups/rg/providers/Microsoft.App/jobs/shop" does not fit; must be the ARM id of the container app: /subscriptions/…/resourceGroups/…/providers/Microsoft.App/containerApps/<name>',
    ],
  ],
  [
    "kubernetes",
    "deployment/checkout",
    "deploy/checkout",
    [
      '20:241 targets.one.workload: "deploy/checkout" does not fit; must be deployment/<name>, statefulset/<name>, daemonset/<name> or cronjob/<name>',
    ],
  ],
  [
    "kubernetes",
    "deployment/checkout",
    "Deployment/checkout",
    [
      '20:241 targets.one.workload: "Deployment/checkout" does not fit; must be deployment/<name>, statefulset/<name>, daemonset/<name> or cronjob/<name>',
    ],
  ],
  [
    "kubernetes",
    "namespace: shop",
    "namespace: Shop",
    ['20:225 targets.one.namespace: "Shop" does not fit; must be a namespace: a-z, 0-9 and -'],
  ],
  [
    "kubernetes",
    "container: app",
    "container: ''",
    ["20:273 targets.one.container: is empty; must be a container's name"],
  ],
  [
    "kubernetes",
    "credential: deployer, ",
    "",
    ["20:3 targets.one: lacks credential; a cluster on AKS needs one"],
  ],
  [
    "kubernetes",
    /cluster: \{.*?\}/,
    "cluster: {}",
    ["20:87 targets.one.cluster: names no cluster; set one of aks, kubeconfig, inCluster"],
  ],
  [
    "kubernetes",
    /cluster: \{.*?\}/,
    "cluster: { inCluster: false }",
    [
      "20:100 targets.one.cluster.inCluster: is false; set it to true, or name a cluster",
      "20:109 targets.one.credential: is used only with cluster.aks; leave it out",
    ],
  ],
  [
    "kubernetes",
    /cluster: \{.*?\}/,
    "cluster: { inCluster: true, kubeconfig: /k }",
    ["20:87 targets.one.cluster: has kubeconfig and inCluster; set one of aks, kubeconfig, inCluster"],
  ],
  [
    "kubernetes",
    /cluster: \{.*?\}/,
    "cluster: { inCluster: true, context: x }",
    [
      "20:106 targets.one.cluster.context: is used only with kubeconfig; leave it out",
      "20:120 targets.one.credential: is used only with cluster.aks; leave it out",
    ],
  ],
  [
    "kubernetes",
    /cluster: \{.*?\}/,
    "cluster: { aks: shop, namespace: x }",
    [
      '20:94 targets.one.cluster.aks: "shop" does not fit; must be the ARM id of the cluster: /subscriptions/…/resourceGroups/…/providers/Microsoft.ContainerService/managedClusters/<name>',
      "20:100 targets.one.cluster.namespace: is not known here; known keys are aks, kubeconfig, context, inCluster",
    ],
  ],
  [
    "template",
    "/versions/1.0",
    "",
    [
      "20:107 targets.one.templateSpec: does not fit; must be the ARM id of one version of a template spec: /subscriptions/…/resourceGroups/…/providers/Microsoft.Resources/templateSpecs/<name>/versions/<version>",
    ],
  ],
  [
    "template",
    "cpu: 2",
    "9cpu: 2, Image: x, list: [1]",
    [
      "20:275 targets.one.parameters.9cpu: is no such name; must be letters, digits and _, beginning with a letter or _",
      "20:284 targets.one.parameters.Image: is the parameter that gets the image; leave it out",
      "20:300 targets.one.parameters.list: is a list; must be a text of at most 4000 characters, a number, true or false",
    ],
  ],
];

describe("every problem of targets that we deploy to ourselves, with its place and what would be right", () => {
  it.each(problems)("%s: %s → %s", async (type, from, to, lines) => {
    const text = examples[type].replace(from, () => to);
    expect(text).not.toBe(examples[type]);
    const result = await loadTargets({ one: text });
    expect(result.ok).toBe(false);
    expect(linesOf(result)).toEqual(lines.map((line) => `chatops.yaml:${line}`));
  });
});
