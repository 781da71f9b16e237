/** (target, registry, repository): where one repository runs in one environment. */
export interface PlacementKey {
  readonly target: string;
  readonly registry: string;
  readonly repository: string;
}

/** One change of what a placement runs. `observed`: somebody else moved it. */
export interface PlacementChange {
  readonly digest: string;
  readonly at: number;
  readonly how: "deploy" | "redeploy" | "rollback" | "observed";
  readonly operationId?: string;
  /** It never became healthy: nothing to go back to. */
  readonly unhealthy?: true;
}

/** What runs in a placement and what ran before, newest last. */
export interface Placement extends PlacementKey {
  readonly history: readonly PlacementChange[];
}

/** `target/registry/repository`, the text key of a placement. */
export function placementKey(key: PlacementKey): string {
  return `${key.target}/${key.registry}/${key.repository}`;
}

/** The change that made the placement what it is now, if anything is known of it. */
export function currentOf(placement: Placement | undefined): PlacementChange | undefined {
  return placement?.history.at(-1);
}

/**
 * The digests that were there before the current one, were healthy when they last ran, and were not rolled back from,
 * newest first. So two roll backs in a row go two versions back and never to and fro.
 */
export function previousDigests(placement: Placement | undefined): readonly string[] {
  let pile: readonly { readonly digest: string; readonly sound: boolean }[] = [];
  for (const { digest, how, unhealthy } of placement?.history ?? []) {
    const left = pile.at(-1)?.digest;
    if (how === "rollback") {
      // Whatever stood between was passed over: gone, rejected or never healthy.
      const back = pile.slice(0, -1).findLastIndex((one) => one.digest === digest);
      const kept = back < 0 ? pile.slice(0, -1) : pile.slice(0, back + 1);
      pile = kept.filter((one) => one.digest !== left || one.digest === digest);
    }
    const sound = unhealthy === undefined;
    if (!sound) pile = pile.map((one) => (one.digest === digest ? { digest, sound } : one));
    const rest = pile.at(-1)?.digest === digest ? pile.slice(0, -1) : pile;
    pile = [...rest, { digest, sound }];
  }
  const current = pile.at(-1)?.digest;
  const older = pile.slice(0, -1).filter((one) => one.sound && one.digest !== current);
  return [...new Set(older.map((one) => one.digest).reverse())];
}
