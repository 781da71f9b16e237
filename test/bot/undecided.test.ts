import { describe, expect, it } from "vitest";
import { createUndecidedLoop } from "../../src/bot/converse/undecided-loop.ts";
import { createLog } from "../../src/log.ts";
import type { Order, Request } from "../../src/nouns/request.ts";
import { plainOf } from "../../src/nouns/text.ts";
import type { Verdict } from "../../src/nouns/verdict.ts";
import { artifact, maya, thisDigest } from "../cards/example-view.ts";
import { createManualClock } from "../support/manual-clock.ts";

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
async function toldOf(wish: Order, verdict: Omit<Verdict, "audit">) {
  const request: Request = { id: "slack:1", who: maya, channel: "slack:C1", order: wish, at: 0 };
  const saved: unknown[] = [];
  const { promise: done, resolve } = Promise.withResolvers<string | undefined>();
  const clock = createManualClock();
  let round = 0;
  const loop = createUndecidedLoop({
    store: {
      findUndecided: async () => {
        round += 1;
        // The second round begins when the first has told, or has not.
        if (round > 1) resolve(undefined);
        return round > 1 ? [] : [request];
      },
      findArtifact: async () => artifact(),
      saveButtons: async (buttons) => void saved.push(...buttons),
    },
    orders: { decideRecorded: async () => ({ ...verdict, audit }) },
    tell: async (_to, said) =>
      resolve([...said.lines.map(plainOf), ...said.buttons.map((b) => b.label)].join("\n")),
    clock,
    log: createLog({ level: "fatal", destination: { write: () => undefined }, secrets: () => [] }),
  });
  loop.start();
  loop.wake();
  const said = await done;
  await loop.stop();
  return { said, saved };
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
