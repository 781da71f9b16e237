import { describe, expect, it } from "vitest";
import { linesOf, load, minimal } from "./support.ts";

const withRoute = (route: string) => load(minimal.replace(`{ to:`, `{ ${route}, to:`));

const login = "begins with a login server, which is no part of a repository's name; leave it out";
const capitals = "has capitals, and no repository's name has; write it in small letters";
const slash = "begins or ends with a slash, and no name does; leave it out";
const parts = "names no repository: its parts begin and end with a-z or 0-9";
const noTag = "names no tag: it begins with a letter, a digit or _, and has at most 128 characters";
const inVain = "is excluded by another pattern of this list";

describe("a pattern that can never match is refused", () => {
  it.each([
    ["contoso.azurecr.io/shop/*", login],
    ["fabrikam-a1b2.azurecr.io/shop/*", login],
    ["!contoso.azurecr.io/shop/*", login],
    ["Shop/*", capitals],
    ["!shop/Secret", capitals],
    ["/shop/*", slash],
    ["shop/", slash],
    ["shop/**/", slash],
    ["shop//checkout", "has two slashes in a row, and no name has; leave one out"],
    ["shop/-checkout", parts],
    ["shop/.git/*", parts],
    ["shop/check..out", parts],
  ])("of repositories: %s", async (pattern, problem) => {
    expect(linesOf(await withRoute(`repositories: ["${pattern}"]`))).toEqual([
      `chatops.yaml:8:22 routes[0].repositories[0]: "${pattern}" ${problem}`,
    ]);
  });

  it.each([
    ["shop/v*", "has a slash, and no tag has; patterns of repositories stand under repositories"],
    ["-rc*", noTag],
    [".hidden", noTag],
  ])("of tags: %s", async (pattern, problem) => {
    expect(linesOf(await withRoute(`tags: ["${pattern}"]`))).toEqual([
      `chatops.yaml:8:14 routes[0].tags[0]: "${pattern}" ${problem}`,
    ]);
  });

  it("because the same list excludes it", async () => {
    expect(linesOf(await withRoute(`repositories: ["shop/*", "!shop/*"]`))).toEqual([
      `chatops.yaml:8:22 routes[0].repositories[0]: "shop/*" ${inVain}`,
    ]);
    expect(linesOf(await withRoute(`tags: ["v*", "!**"]`))).toEqual([
      `chatops.yaml:8:14 routes[0].tags[0]: "v*" ${inVain}`,
    ]);
  });

  it("and one that may match is not", async () => {
    const repositories = `"shop/**", "*", "**/api", "a.b/c__d/e--f", "{shop,tools}/*", "shop/[a-z]*", "!shop/secret", "**/*-test"`;
    const tags = `"v*", "V1", "_x", "!*-rc*", "[0-9]*", "{v,V}*", "latest"`;
    expect(linesOf(await withRoute(`repositories: [${repositories}], tags: [${tags}]`))).toEqual([]);
  });

  it("in targets as in routes", async () => {
    const text = `mode: act
credentials: { bot: { type: managed-identity } }
registries:
  contoso:
    loginServer: contoso.azurecr.io
    credentials: { read: bot, write: bot }
    webhook: { secrets: ["\${ACR_WEBHOOK_SECRET}"] }
slack: { botToken: "\${SLACK_BOT_TOKEN}", signingSecret: "\${SLACK_SIGNING_SECRET}" }
roles: { deployer: { slack: [U012ABCDE] } }
targets:
  production: { type: retag, registry: contoso, repositories: ["contoso.azurecr.io/shop/*"], tag: production, allow: { deploy: [deployer] } }
routes:
  - { repositories: ["Shop/*", "/shop/*", "shop/", "shop//checkout"], to: ["slack:C0123ABCD"] }
`;
    expect(linesOf(await load(text)).map((line) => line.split(" ")[1])).toEqual([
      "targets.production.repositories[0]:",
      "routes[0].repositories[0]:",
      "routes[0].repositories[1]:",
      "routes[0].repositories[2]:",
      "routes[0].repositories[3]:",
    ]);
  });
});
