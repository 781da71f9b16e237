import { describe, expect, it } from "vitest";
import { type Occasion, route } from "../../src/artifacts/route-artifact.ts";
import type { Route } from "../../src/nouns/route.ts";
import { aRoute } from "./sightings.ts";

function occasion(overrides: Partial<Occasion> = {}): Occasion {
  return {
    artifact: { registry: "contoso", repository: "shop/checkout" },
    action: "push",
    tags: ["v1.4.2"],
    at: 0,
    ...overrides,
  };
}

function whyOf(rule: Partial<Route>, about: Partial<Occasion> = {}): string | undefined {
  return route(occasion(about), [aRoute(rule)]).decisions[0]?.why;
}

describe("a route", () => {
  it.each<[string, Partial<Route>, Partial<Occasion>, string]>([
    ["everything, by default", {}, {}, "matched"],
    ["its registries", { registries: ["contoso"] }, {}, "matched"],
    ["no other registry", { registries: ["fabrikam"] }, {}, "another registry"],
    ["repositories by glob", { repositories: ["shop/*"] }, {}, "matched"],
    ["no deeper ones by one star", { repositories: ["*"] }, {}, "the repository does not match"],
    [
      "not what is excluded",
      { repositories: ["shop/**", "!shop/checkout"] },
      {},
      "the repository does not match",
    ],
    ["its actions", { actions: ["delete"] }, {}, "no push wanted"],
    ["tags by glob", { tags: ["v*", "!*-rc*"] }, {}, "matched"],
    ["not excluded tags", { tags: ["v*", "!*-rc*"] }, { tags: ["v1-rc1"] }, "no tag matches"],
    ["any of several tags", { tags: ["v*"] }, { tags: ["latest", "v2"] }, "matched"],
    ["no untagged push unless asked", {}, { tags: [] }, "pushed without a tag"],
    ["untagged pushes where asked", { untagged: true }, { tags: [] }, "matched"],
    ["deletes without a tag where any would do", {}, { tags: [], action: "delete" }, "matched"],
    [
      "no such delete where tags are named",
      { tags: ["v*"] },
      { tags: [], action: "delete" },
      "it had no tag that we know of",
    ],
  ])("takes %s", (_what, rule, about, why) => {
    expect(whyOf(rule, about)).toBe(why);
  });

  it("names each channel once, however many routes lead there", () => {
    const { channels, decisions } = route(occasion(), [
      aRoute({ name: "one", to: ["slack:C1", "slack:C2"] }),
      aRoute({ name: "two", to: ["slack:C2", "slack-webhook:ops"] }),
    ]);
    expect(channels).toEqual(["slack:C1", "slack:C2", "slack-webhook:ops"]);
    expect(decisions.map((one) => `${one.route} ${one.channel} ${one.outcome}`)).toEqual([
      "one slack:C1 matched",
      "one slack:C2 matched",
      "two slack:C2 matched",
      "two slack-webhook:ops matched",
    ]);
  });

  it("keeps why nothing was announced: folded, or no route at all", () => {
    expect(route(occasion({ foldedInto: "it belongs to sha256:1" }), [aRoute()])).toMatchObject({
      channels: [],
      decisions: [{ outcome: "suppressed", why: "it belongs to sha256:1" }],
    });
    expect(route(occasion(), [])).toMatchObject({
      channels: [],
      decisions: [{ why: "no route is configured" }],
    });
  });
});
