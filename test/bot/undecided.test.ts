import { describe, expect, it } from "vitest";
import { decideWork } from "../../src/bot/converse/decide-work.ts";
import { createLog } from "../../src/log.ts";
import type { Order, Request } from "../../src/nouns/request.ts";
import { plainOf } from "../../src/nouns/text.ts";
import type { Verdict } from "../../src/nouns/verdict.ts";
import { artifact, maya, thisDigest } from "../cards/example-view.ts";
import { claimedAs, takeTurn } from "../support/take-turn.ts";

const image = { registry: "contoso", repository: "shop/checkout", digest: thisDigest } as const;
const deploy: Order = { kind: "deploy", ...image, target: "staging" };
const audit = {
  id: "a",
  at: 0,
  what: "x",
  outcome: "allowed",
  rule: "r",
  detail: "",
  configRevision: "1",
} as const;

/** Decides one left-over request so, and gives what its person is told; undefined: nothing. */
async function toldOf(order: Order, verdict: Omit<Verdict, "audit">) {
  const request: Request = { id: "slack:1", who: maya, channel: "slack:C1", order, at: 0 };
  const saved: unknown[] = [];
  const said: string[] = [];
  const work = decideWork({
    store: {
      findArtifact: async () => artifact(),
      saveButtons: async (buttons) => void saved.push(...buttons),
    },
    orders: {
      decideRecorded: async () => ({ ...verdict, audit }),
      endRecorded: async () => ({ outcome: "refused", answer: "ended", audit }),
    },
    platforms: () => ["slack"],
    tell: async (_to, notice) =>
      void said.push([...notice.lines.map(plainOf), ...notice.buttons.map((b) => b.label)].join("\n")),
    clock: { now: () => 3_000, sleep: async () => {} },
    log: createLog({ level: "fatal", destination: { write: () => undefined }, secrets: () => [] }),
  });
  await takeTurn(work, claimedAs<"decide">(request));
  return { said: said[0], saved };
}

describe("what was recorded and is decided later", () => {
  it("is told privately where no card shows it", async () => {
    const lock: Order = { kind: "lock", scope: { kind: "all" }, reason: "x" };
    const { said } = await toldOf(lock, { outcome: "accepted", answer: "Everything is frozen." });
    expect(said).toBe("Everything is frozen.");
  });

  it("is told with whom to suggest it to, where a role is all that is missing", async () => {
    const { said, saved } = await toldOf(deploy, {
      outcome: "refused",
      answer: "You need the role.",
      lacking: ["deployer"],
    });
    expect(said).toBe("You need the role.\nSuggest to deployer");
    expect(saved).toMatchObject([{ verb: "suggest", wish: deploy, channel: "slack:C1" }]);
  });

  it("is not told where the card shows it", async () => {
    expect(await toldOf(deploy, { outcome: "accepted", answer: "asked" })).toMatchObject({ said: undefined });
    const approve: Order = { kind: "approve", operationId: "op" };
    expect(await toldOf(approve, { outcome: "accepted", answer: "ok" })).toMatchObject({ said: undefined });
    expect(await toldOf(approve, { outcome: "refused", answer: "no" })).toMatchObject({ said: "no" });
  });
});
