import fc from "fast-check";
import { type Artifact, newArtifact } from "../../src/nouns/artifact.ts";
import type { Lock } from "../../src/nouns/lock.ts";
import { type Operation, operationKinds } from "../../src/nouns/operation.ts";
import {
  aLock,
  anOperation,
  aPlacement,
  aTag,
  type Change,
  digest,
  hourMs,
  otherDigest,
  placementOn,
  ranOf,
  saturday,
  thirdDigest,
  wednesday,
} from "./questions.ts";

/** Mostly the first: where everything is wrong at once, nothing is ever granted and a property says nothing. */
function mostly<T>(usual: T, ...others: readonly T[]): fc.Arbitrary<T> {
  return fc.oneof(
    { weight: 9, arbitrary: fc.constant(usual) },
    { weight: 1, arbitrary: fc.constantFrom(...others) },
  );
}

const aDigest = fc.constantFrom(digest, otherDigest, thirdDigest);
const namedRoles = ["deployer", "operator", "oncall", "locker", "approver", "reviewer", "security"] as const;

const aWish = fc.record({
  kind: fc.constantFrom(...operationKinds),
  registry: mostly("contoso", "fabrikam", "__proto__", ""),
  repository: mostly("shop/checkout", "shop/secret", "tools/lint", ""),
  digest: aDigest,
  tag: fc.constantFrom("1.4.2", undefined),
  target: fc.constantFrom("staging", "staging", "production", "production", "closed", "toString", undefined),
  reason: mostly<string | undefined>("because", "", undefined),
  breakGlass: fc.constantFrom(true as const, undefined),
  expectedCurrent: fc.option(aDigest, { nil: undefined }),
});

const anyArtifact: fc.Arbitrary<Artifact | undefined> = fc
  .record({
    kind: mostly<Artifact["kind"]>("image", "index", "signature", "unknown"),
    verification: mostly<Artifact["verification"]>(
      { state: "verified", at: 1 },
      { state: "unverified" },
      { state: "mismatched", at: 1, why: "size" },
    ),
    quarantine: fc.constantFrom("", "", "Passed", "Failed", "Quarantined", "Whatever"),
    isDeleted: mostly(false, true),
    isPushed: mostly(true, false),
    isHeldByEvent: fc.boolean(),
    isKnown: mostly(true, false),
  })
  .map(({ kind, verification, quarantine, isDeleted, isPushed, isHeldByEvent, isKnown }) =>
    isKnown
      ? {
          ...newArtifact({ registry: "contoso", repository: "shop/checkout", digest }, 0),
          kind,
          verification,
          ...(quarantine === "" ? {} : { registryQuarantine: { state: quarantine, at: 1 } }),
          ...(isDeleted ? { deletedAt: 1 } : {}),
          ...(isPushed ? { pushedAt: 1 } : {}),
          ...(isHeldByEvent ? { quarantinedAt: 1 } : {}),
        }
      : undefined,
  );

const someLocks = mostly<readonly Lock[]>(
  [],
  [aLock({ kind: "all" })],
  [aLock({ kind: "target", target: "production" }, { until: wednesday })],
);
const openOnes = mostly<readonly Operation[]>(
  [],
  [anOperation()],
  [anOperation({ state: "awaiting-approval" })],
);

/** Anything at all that may be asked, by anybody who is a member, in any state of the world. */
export const anyChange: fc.Arbitrary<Change> = fc
  .record({
    wish: aWish,
    artifact: anyArtifact,
    roles: fc.subarray([...namedRoles], { minLength: 2 }),
    movesTag: mostly(false, true),
    past: fc.array(aDigest, { maxLength: 4 }),
    locks: someLocks,
    open: openOnes,
    now: mostly(wednesday, saturday),
    halted: mostly(false, true),
    again: mostly(undefined, "asked for" as const),
    soakedMs: fc.constantFrom(0, hourMs, 9 * hourMs),
  })
  .map(({ wish, artifact, roles, movesTag, past, locks, open, now, halted, again, soakedMs }) => {
    const placement = placementOn(wish.target ?? "staging", ...past);
    const soaked = aPlacement({ digest: wish.digest, at: now - soakedMs, how: "deploy" });
    return {
      wish,
      roles,
      now,
      halted,
      ...(again === undefined ? {} : { again }),
      facts: {
        artifact: artifact === undefined ? undefined : { ...artifact, digest: wish.digest },
        namedTag: aTag({ digest: movesTag ? thirdDigest : wish.digest }),
        placement,
        placements: wish.target === "staging" ? [placement] : [placement, soaked],
        ran: ranOf(placement),
        open,
        locks,
      },
    };
  });
