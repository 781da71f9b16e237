import { describe, expect, it } from "vitest";
import { stateOf } from "../../../src/cards/facets/artifact-state.ts";
import type { ArtifactView } from "../../../src/cards/facets/artifact-view.ts";
import { factsOf } from "../../../src/cards/facets/facts.ts";
import { regionsOf } from "../../../src/cards/facets/regions.ts";
import { runningOf } from "../../../src/cards/facets/running-line.ts";
import { byteSize, sizeChange } from "../../../src/cards/text/byte-size.ts";
import { sourceOf } from "../../../src/cards/text/source-link.ts";
import { plainOf } from "../../../src/nouns/text.ts";
import { buildQuarantineDetails } from "../../../src/registry/build-quarantine-details.ts";
import { parseQuarantineDetails } from "../../../src/registry/manifest/parse-quarantine-details.ts";
import { exampleStates } from "../example-states.ts";
import { artifact, noon, tag, view } from "../example-view.ts";

const factOf = (shown: ArtifactView, label: string): string | undefined => {
  const found = factsOf(shown, stateOf(shown)).find((fact) => fact.label === label);
  return found === undefined ? undefined : plainOf(found.value);
};

describe("a fact", () => {
  it("gives the size and its change against the image that the tag had before", () => {
    expect(factOf(view(), "Size")).toBe("31.2 MB (+1.2 MB)");
    const { replaced: _replaced, ...first } = view();
    expect(factOf(first, "Size")).toBe("31.2 MB");
  });

  it("keeps the digest when there are very many tags", () => {
    const many = view({
      tags: Array.from({ length: 200 }, (_, index) => tag(`${index}-${"t".repeat(120)}`)),
    });
    expect(factOf(many, "Digest")).toBe("sha256:9f86d081884c");
    expect(factOf(many, "Also tagged")).toMatch(/ and 191 more$/);
  });

  it("leaves environment tags to the line of what runs where", () => {
    expect(factOf(view({ tags: [tag("1.4.2"), tag("staging")] }), "Also tagged")).toBeUndefined();
  });

  it("says who decided elsewhere only if nobody decided here", () => {
    expect(factOf(exampleStates["released-elsewhere"] ?? view(), "Released by")).toBe(
      "SecurityCenter: ScanState",
    );
    expect(factOf(exampleStates.released ?? view(), "Released by")).toBeUndefined();
  });

  it("says who decided by another bot like this one, without the bot's own name", () => {
    const details = buildQuarantineDetails({ state: "Passed", by: "Ana (slack U1)", reason: "checked" });
    const registryQuarantine = { state: "Passed", at: noon, ...parseQuarantineDetails(details) };
    const released = view({ artifact: artifact({ registryQuarantine }) });
    expect(factOf(released, "Released by")).toBe("Ana (slack U1): checked");
  });
});

describe("the source", () => {
  const said = (labels: Parameters<typeof sourceOf>[0]) => sourceOf(labels)?.[0];
  const revision = "4be1f0c2a9d5b7e8f3a6c1d2e4f5a6b7c8d9e0f1";

  it("leads to the commit where the host is known, and to the page named elsewhere", () => {
    expect(said({ source: "https://github.com/contoso/shop.git", revision })).toMatchObject({
      url: `https://github.com/contoso/shop/commit/${revision}`,
    });
    expect(said({ source: "https://git.contoso.com/a/b", revision })).toMatchObject({
      url: "https://git.contoso.com/a/b",
    });
    expect(said({ source: "https://github.com/contoso/shop", revision: "../../evil" })).toMatchObject({
      url: "https://github.com/contoso/shop",
    });
  });

  it("is no link unless it is https", () => {
    for (const source of ["http://github.com/a/b", "javascript:alert(1)", "git@github.com:a/b.git"])
      expect(said({ source })?.kind).toBe("plain");
    expect(sourceOf({})).toBeUndefined();
  });
});

describe("the line of", () => {
  it("regions shows the lag behind the first, in their order of arrival", () => {
    const regions = [
      { region: "eastus", at: noon + 4_000 },
      { region: "", at: noon },
      { region: "westus", at: noon },
      { region: "westeurope", at: noon + 600_000 },
    ];
    const line = regionsOf(artifact({ regions }));
    expect(line === undefined ? "" : plainOf(line)).toBe("westus ✓ · eastus ✓ +4 s · westeurope ✓ +10 min");
    expect(regionsOf(artifact({ regions: [] }))).toBeUndefined();
  });

  it("what runs where stands on the newest and the live cards only", () => {
    const has = (name: string): boolean => {
      const shown = exampleStates[name] ?? view();
      return runningOf(shown, stateOf(shown)) !== undefined;
    };
    expect(["live", "live-and-replaced", "deploying", "replaced", "deleted", "rejected"].filter(has)).toEqual(
      ["live", "live-and-replaced", "deploying"],
    );
  });

  it("bytes is in powers of a thousand", () => {
    expect([0, 524, 999, 1000, 31_204_551, 123_456_789, 5e12].map(byteSize)).toEqual([
      "0 B",
      "524 B",
      "999 B",
      "1.0 kB",
      "31.2 MB",
      "123 MB",
      "5.0 TB",
    ]);
    expect([sizeChange(5, 5), sizeChange(2000, 1000), sizeChange(0, 1500)]).toEqual([
      "same size",
      "−1.0 kB",
      "+1.5 kB",
    ]);
  });
});
