import type { Artifact } from "../../src/nouns/artifact.ts";
import type { Lock } from "../../src/nouns/lock.ts";
import type { Operation } from "../../src/nouns/operation.ts";
import type { PlacementChange } from "../../src/nouns/placement.ts";
import type { Rules } from "../../src/policy/question.ts";
import {
  aLock,
  anArtifact,
  anOperation,
  aPlacement,
  type Change,
  digest,
  onProduction,
  otherDigest,
  placementOn,
  ranOf,
  rulesWith,
  wednesday,
} from "./questions.ts";

/** What is decided, and by which rule; `lacking`: the roles that could be asked in their place. */
export interface Expected {
  readonly outcome: "allowed" | "needs-approval" | "refused";
  readonly rule: string;
  readonly breakGlass?: true;
  readonly lacking?: readonly string[];
}

/** One question with its answer; at the end what the configuration has otherwise. */
export type Row = readonly [what: string, change: Change, expected: Expected, rules?: Partial<Rules>];

export const yes = (rule: string): Expected => ({ outcome: "allowed", rule });
export const broken = (rule: string): Expected => ({ outcome: "allowed", rule, breakGlass: true });
export const asks = (rule: string): Expected => ({ outcome: "needs-approval", rule });
export const no = (rule: string, ...lacking: readonly string[]): Expected =>
  lacking.length === 0 ? { outcome: "refused", rule } : { outcome: "refused", rule, lacking };

export const deployer = "targets.staging.allow.deploy: deployer";
export const onceApproved = asks("targets.production.allow.deploy: deployer");
export const glass = broken("targets.production.allow.breakGlass: oncall");

export const release = { kind: "release", target: undefined, tag: undefined, reason: "scanned" } as const;
export const reject = { ...release, kind: "reject" } as const;
export const redeploy = { kind: "redeploy" } as const;
export const rollback = { kind: "rollback", digest: otherDigest, expectedCurrent: digest } as const;
export const held = (state: string): Partial<Artifact> => ({ registryQuarantine: { state, at: 1 } });
export const withArtifact = (overrides: Partial<Artifact>): Change => ({
  facts: { artifact: anArtifact(overrides) },
});
export const ofPlacement = (...history: readonly (string | PlacementChange)[]) => ({
  facts: { placement: aPlacement(...history) },
});
export const open = (...operations: readonly Partial<Operation>[]) => ({ open: operations.map(anOperation) });
export const locks = (...all: readonly Lock[]) => ({ locks: all });
export const lockOn = (target: string, overrides?: Partial<Lock>) =>
  aLock({ kind: "target", target }, overrides);
export const freezeAll = aLock({ kind: "all" });
export const modeOf = (mode: Rules["mode"], own: Rules["mode"]): Partial<Rules> => {
  const { targets } = rulesWith();
  return {
    mode,
    targets: Object.fromEntries(
      Object.entries(targets).map(([name, target]) => [name, { ...target, mode: own }]),
    ),
  };
};
/** What staging ran, seen from production. */
export const staging = (...history: readonly (string | PlacementChange)[]): Change =>
  onProduction({ facts: { placements: [aPlacement(...history)] } });
export const ran = (ago: number, of: string, how: PlacementChange["how"] = "deploy"): PlacementChange => ({
  digest: of,
  at: wednesday - ago,
  how,
});
export const after = "targets.production.after";

export function breaking() {
  return { breakGlass: true, reason: "the shop is down" } as const;
}

/** Whoever may break the glass does so. */
export function glassy(change: Change = {}): Change {
  return { roles: ["oncall"], ...change, wish: { ...breaking(), ...change.wish } };
}

export function backOnProduction() {
  const placement = placementOn("production", otherDigest, digest);
  return { placement, ran: ranOf(placement), artifact: anArtifact({ digest: otherDigest }) };
}

/** Production's own freeze. */
export const friday = "Fri 16:00 - Mon 08:00 Europe/Berlin";
