import { describe, expect, it } from "vitest";
import { linesOf } from "./support.ts";
import { examples, loadTargets } from "./target-support.ts";

/** In an example of a type: what stands in place of what, and every line that comes of it. */
const problems: readonly (readonly [keyof typeof examples, string | RegExp, string, readonly string[]])[] = [
  [
    "azure-pipelines",
    "/contoso/",
    "",
    [
      "20:119 targets.one.organization: must be https://dev.azure.com/ and the organization's name, nothing more",
    ],
  ],
  [
    "azure-pipelines",
    "https://dev",
    "http://dev",
    ["20:119 targets.one.organization: is http; use https (http is taken only on loopback)"],
  ],
  [
    "azure-pipelines",
    "pipeline: 42",
    "pipeline: deploy, ref: main",
    [
      "20:182 targets.one.pipeline: is a text; must be the pipeline's number: definitionId in its address",
      '20:195 targets.one.ref: "main" does not fit; must be refs/heads/<branch> or refs/tags/<tag>',
    ],
  ],
  [
    "azure-pipelines",
    /, parameters: \{.*?\} /,
    "",
    [
      '20:3 targets.one.parameters: lack what a run must be given; add operation: "{operation}" (by which a run is found again after a crash) and image: "{image}" (what is to run), under names of your own',
    ],
  ],
  [
    "azure-pipelines",
    /parameters: \{.*?\} /,
    'parameters: { tag: "{tag}", "a.b": "{operation}" }',
    [
      '20:186 targets.one.parameters: lack what a run must be given; add image: "{image}" (what is to run), under names of your own',
      "20:214 targets.one.parameters[?]: is no such name; must be letters, digits, _ and -, beginning with a letter or _",
    ],
  ],
  [
    "github",
    "contoso/deploy",
    "https://github.com/contoso/deploy",
    ["20:86 targets.one.repository: does not fit; must be <owner>/<name> of a repository on GitHub"],
  ],
  [
    "github",
    "deploy.yml",
    "Deploy",
    [
      '20:112 targets.one.workflow: "Deploy" does not fit; must be the workflow\'s file name, such as deploy.yml, or its id in quotes',
    ],
  ],
  [
    "github",
    "chatops-{operation}",
    "1",
    [
      '20:124 targets.one.inputs: lack what a run must be given; add operation: "{operation}" (by which a run is found again after a crash), under names of your own',
    ],
  ],
  [
    "github",
    '"chatops-{operation}"',
    '"{operation}", dryRun: false',
    ["20:181 targets.one.inputs.dryRun: is true or false; must be a text; put it in quotes"],
  ],
  [
    "github",
    /, app: \{.*?\} /,
    "",
    ["20:3 targets.one: lacks app or token; set one of the two, best a GitHub App"],
  ],
  [
    "github",
    "app:",
    "token: x, app:",
    ["20:3 targets.one: has app and token; set one of the two, best a GitHub App"],
  ],
  [
    "github",
    "id: 12345, installation",
    "id: mine, installation",
    ['20:194 targets.one.app.id: "mine" does not fit; must be the app\'s id'],
  ],
  [
    "github",
    `"\${file:/run/secrets/app.pem}"`,
    "not-a-key",
    [
      `20:234 targets.one.app.privateKey: is no private key; must be the PEM file that GitHub gave, with its line breaks, best as \${file:/path}`,
    ],
  ],
  [
    "http",
    "https://",
    "http://",
    ["20:77 targets.one.url: is http; use https (http is taken only on loopback)"],
  ],
  ["http", "?code=abcdefghijklmnop", "#a", ["20:77 targets.one.url: must not have a #"]],
  [
    "http",
    `"\${DEPLOY_KEY}"`,
    "short",
    [
      "20:142 targets.one.secret: has fewer than 16 characters; make a long random one, for example with: openssl rand -hex 32",
    ],
  ],
  [
    "http",
    `"\${DEPLOY_KEY}"`,
    `"\${NOPE}"`,
    ["20:142 targets.one.secret: needs the environment variable NOPE, which is not set"],
  ],
];

describe("every problem of targets that others deploy to for us, with its place and what would be right", () => {
  it.each(problems)("%s: %s → %s", async (type, from, to, lines) => {
    const text = examples[type].replace(from, () => to);
    expect(text).not.toBe(examples[type]);
    const result = await loadTargets({ one: text });
    expect(result.ok).toBe(false);
    expect(linesOf(result)).toEqual(lines.map((line) => `chatops.yaml:${line}`));
  });
});
