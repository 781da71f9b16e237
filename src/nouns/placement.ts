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
 * The digests that were there before the current one, were healthy, and were not rolled back from, newest first. A
 * roll back takes the current digest off the pile, so that two in a row go two versions back and never to and fro.
 */
export function previousDigests(placement: Placement | undefined): readonly string[] {
  let pile: readonly { readonly digest: string; readonly sound: boolean }[] = [];
  for (const { digest, how, unhealthy } of placement?.history ?? []) {
    if (how === "rollback") {
      // Whatever stood between was passed over: gone, rejected or never healthy.
      const back = pile.slice(0, -1).findLastIndex((one) => one.digest === digest);
      pile = back < 0 ? pile.slice(0, -1) : pile.slice(0, back + 1);
    }
    const sound = unhealthy === undefined;
    pile =
      pile.at(-1)?.digest === digest
        ? [...pile.slice(0, -1), { digest, sound }]
        : [...pile, { digest, sound }];
  }
  const current = pile.at(-1)?.digest;
  const older = pile.slice(0, -1).filter((one) => one.sound && one.digest !== current);
  return [...new Set(older.map((one) => one.digest).reverse())];
}
