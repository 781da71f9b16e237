import { describe, expect, it } from "vitest";
import { linesOf } from "./support.ts";
import { examples, loadTargets } from "./target-support.ts";

/** What stands in a retag target in place of what, and every line that comes of it. */
const problems: readonly (readonly [string, string, readonly string[]])[] = [
  [
    "type: retag",
    "type: app-service",
    ['20:16 targets.one.type: "app-service" does not fit; did you mean web-app?'],
  ],
  [
    "type: retag",
    "type: github-actions",
    ['20:16 targets.one.type: "github-actions" does not fit; did you mean github?'],
  ],
  ["type: retag", "type: webhook", ['20:16 targets.one.type: "webhook" does not fit; did you mean http?']],
  [
    "type: retag",
    "type: pipeline",
    ['20:16 targets.one.type: "pipeline" does not fit; did you mean azure-pipelines?'],
  ],
  [
    "type: retag",
    "type: container-instance",
    ['20:16 targets.one.type: "container-instance" does not fit; did you mean template?'],
  ],
  [
    "type: retag",
    "type: kubernets",
    ['20:16 targets.one.type: "kubernets" does not fit; did you mean kubernetes?'],
  ],
  [
    "type: retag",
    "type: constructor",
    [
      '20:16 targets.one.type: "constructor" does not fit; must be one of retag, import, web-app, container-app, kubernetes, template, azure-pipelines, github, http',
    ],
  ],
  [
    "type: retag, ",
    "",
    [
      "20:3 targets.one.type: is missing; must be one of retag, import, web-app, container-app, kubernetes, template, azure-pipelines, github, http",
    ],
  ],
  [
    "type: retag",
    "type: [retag]",
    [
      "20:16 targets.one.type: is a list; must be one of retag, import, web-app, container-app, kubernetes, template, azure-pipelines, github, http",
    ],
  ],
  [
    "tag: staging",
    "tag: -p",
    [
      '20:73 targets.one.tag: "-p" does not fit; must be a tag: letters, digits, . _ and -, at most 128 characters',
    ],
  ],
  [
    "tag: staging",
    "tagg: staging",
    [
      "20:3 targets.one.tag: is missing; must be a tag: letters, digits, . _ and -, at most 128 characters",
      "20:68 targets.one.tagg: is not known here; known keys are type, registry, repositories, allow, approvals, after, freeze, rollbackInFreeze, mode, timeout, rollbackOnFailure, replaces, logs, tag",
    ],
  ],
  [
    "tag: staging",
    "tag: staging, namespace: x",
    [
      "20:82 targets.one.namespace: is not known here; known keys are type, registry, repositories, allow, approvals, after, freeze, rollbackInFreeze, mode, timeout, rollbackOnFailure, replaces, logs, tag",
    ],
  ],
  [
    "registry: contoso",
    "registry: contosi",
    ['20:33 targets.one.registry: "contosi" is no registry; did you mean contoso?'],
  ],
  [
    '["shop/*"]',
    "['a[']",
    ['20:57 targets.one.repositories[0]: "a[" has brackets that do not match; close every [ and {'],
  ],
  [
    '["shop/*"]',
    "[]",
    ["20:56 targets.one.repositories: has too few entries; must name at least one pattern such as shop/**"],
  ],
  [
    "[deployer]",
    "[deployr], lock: [x], breakGlass: [y], approve: [z]",
    [
      '20:100 targets.one.allow.deploy[0]: "deployr" is no role; did you mean deployer?',
      '20:117 targets.one.allow.lock[0]: "x" is no role; must be one of roles: deployer, lead',
      '20:134 targets.one.allow.breakGlass[0]: "y" is no role; must be one of roles: deployer, lead',
      "20:138 targets.one.allow.approve: is not known here; known keys are deploy, rollback, lock, breakGlass",
    ],
  ],
  [
    "type:",
    "approvals: {}, type:",
    [
      "20:10 targets.one.approvals.count: is missing; must be a whole number, 1 to 10",
      "20:10 targets.one.approvals.from: is missing; must be a list of names under roles",
    ],
  ],
  [
    "type:",
    "approvals: { count: 11, from: [], expires: 8d }, type:",
    [
      "20:30 targets.one.approvals.count: is a number; must be a whole number, 1 to 10",
      "20:40 targets.one.approvals.from: has too few entries; must name at least one of roles",
      "20:53 targets.one.approvals.expires: is longer than 7d; must be at most 7d",
    ],
  ],
  [
    "type:",
    "approvals: { count: 1.5, from: [leads], expires: 30s }, type:",
    [
      "20:30 targets.one.approvals.count: is a number; must be a whole number, 1 to 10",
      '20:42 targets.one.approvals.from[0]: "leads" is no role; did you mean lead?',
      "20:59 targets.one.approvals.expires: is shorter than 1m; must be at least 1m",
    ],
  ],
  [
    "type:",
    "after: {}, type:",
    ["20:10 targets.one.after.target: is missing; must be a name: a-z, 0-9 and -, at most 50 characters"],
  ],
  [
    "type:",
    "after: { target: nowhere, soak: 31d }, type:",
    [
      '20:27 targets.one.after.target: "nowhere" is no target; must be one of targets: one',
      "20:42 targets.one.after.soak: is longer than 30d; must be at most 30d",
    ],
  ],
  [
    "type:",
    "after: { target: one }, type:",
    ["20:27 targets.one.after.target: is the target itself; name the one before it"],
  ],
  ["type:", "timeout: 25h, type:", ["20:19 targets.one.timeout: is longer than 24h; must be at most 24h"]],
  ["type:", "timeout: 999ms, type:", ["20:19 targets.one.timeout: is shorter than 1s; must be at least 1s"]],
  [
    "type:",
    "timeout: soon, type:",
    ['20:19 targets.one.timeout: "soon" does not fit; must be a length of time, such as 500ms, 10s, 4h'],
  ],
  [
    "type:",
    "mode: dry-run, logs: all, rollbackOnFailure: maybe, type:",
    [
      '20:16 targets.one.mode: "dry-run" does not fit; must be notify, observe or act',
      '20:31 targets.one.logs: "all" does not fit; must be link or tail',
      "20:55 targets.one.rollbackOnFailure: is a text; must be true or false",
    ],
  ],
  [
    "type:",
    "freeze: Fri 16:00 - Mon 08:00, type:",
    [
      '20:18 targets.one.freeze: "Fri 16:00 - Mon 08:00" lacks a time zone; put its name at the end, such as Europe/Berlin',
    ],
  ],
  [
    "type:",
    "freeze: [Fri 16:00 - Mon 08:00 Europe/Atlantis, 7, Fre 1:00 - 2:00 UTC], type:",
    [
      '20:19 targets.one.freeze[0]: "Fri 16:00 - Mon 08:00 Europe/Atlantis" has a time zone that is not known; must be a name such as Europe/Berlin or UTC',
      '20:58 targets.one.freeze[1]: is a number; must be a window such as "Fri 16:00 - Mon 08:00 Europe/Berlin"',
      '20:61 targets.one.freeze[2]: "Fre 1:00 - 2:00 UTC" has a day that is none of Mon, Tue, Wed, Thu, Fri, Sat, Sun',
    ],
  ],
  [
    "type:",
    "freeze: { from: Fri }, type:",
    [
      '20:18 targets.one.freeze: is a mapping; must be a window such as "Fri 16:00 - Mon 08:00 Europe/Berlin", or a list of such',
    ],
  ],
  [
    "type:",
    'replaces: ["!docker.io/*"], type:',
    ["20:20 targets.one.replaces: has only exclusions; name what may be replaced, such as docker.io/shop/*"],
  ],
  [
    "type:",
    'replaces: ["docker.io/a[", "a b"], type:',
    [
      '20:21 targets.one.replaces[0]: "docker.io/a[" has brackets that do not match; close every [ and {',
      '20:37 targets.one.replaces[1]: "a b" does not fit; a pattern is made of letters, digits, . _ / - and * ** ? [abc] {a,b}, with a leading ! to exclude',
    ],
  ],
];

describe("every problem of what all targets have, with its place and what would be right", () => {
  it.each(problems)("%s → %s", async (from, to, lines) => {
    const text = examples.retag.replace(from, () => to);
    expect(text).not.toBe(examples.retag);
    const result = await loadTargets({ one: text });
    expect(result.ok).toBe(false);
    expect(linesOf(result)).toEqual(lines.map((line) => `chatops.yaml:${line}`));
  });
});
