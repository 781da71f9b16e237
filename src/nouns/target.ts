/** A named environment that a deploy goes to, as decisions and operations see it. */
export interface Target {
  readonly name: string;
  readonly type: "retag";
  /** The only registry whose images it takes. */
  readonly registry: string;
  /** Globs of repositories. */
  readonly repositories: readonly string[];
  /** `retag`: the environment tag that it moves. */
  readonly tag: string;
  /** Role names by action; an action that is not named is allowed to nobody. */
  readonly allow: { readonly deploy: readonly string[]; readonly rollback: readonly string[] };
}

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
 * The digest that was there before the current one and was not rolled back from. A roll back takes the current
 * digest off the pile, so that two roll backs in a row go two versions back and never to and fro.
 */
export function previousOf(placement: Placement | undefined): string | undefined {
  const pile: string[] = [];
  for (const change of placement?.history ?? []) {
    if (change.how === "rollback") pile.pop();
    if (pile.at(-1) !== change.digest) pile.push(change.digest);
  }
  return pile.at(-2);
}
