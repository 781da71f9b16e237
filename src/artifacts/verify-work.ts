import { ChatopsError, describeError } from "../errors.ts";
import type { Log } from "../log.ts";
import { type Artifact, type ArtifactKey, keyOfSubject } from "../nouns/artifact.ts";
import type { Target } from "../nouns/target.ts";
import type { RegistryReader } from "../registry/registry-port.ts";
import { type Examination, examine } from "../registry/verify.ts";
import type { ArtifactChange, Store } from "../store/store.ts";
import type { Clock } from "../work/clock.ts";
import { type DueWork, type Outcome, usualTimes } from "../work/kind-of-work.ts";
import type { Turn } from "../work/turn.ts";
import { confirm } from "./confirm.ts";
import { createDenyTogether, type DenyTogether } from "./deny-together.ts";
import { examineRepository } from "./examine-repository.ts";
import { observeEnvironment } from "./observe-environment.ts";

// ACR allows thousands of reads a minute; a multi-arch push brings a handful at once.
const perRegistry = 8;
const atOnce = 32;
const retry = { firstMs: 2_000, longestMs: 5 * 60_000 };

export interface VerifyDeps {
  readonly store: Store;
  /** Undefined: no credentials to read that registry. */
  readonly readerOf: (registry: string) => RegistryReader | undefined;
  /** Registries of the configuration of now. */
  readonly registries: () => readonly string[];
  /** The targets that take a repository. */
  readonly targetsOf: (key: ArtifactKey) => readonly Target[];
  readonly clock: Clock;
  readonly log: Log;
}

type WriteDeps = Pick<VerifyDeps, "store" | "clock" | "targetsOf">;

/** Asks the registry about what events claimed, off the answer lane; until then a card is unverified. */
export function verifyWork(deps: VerifyDeps): DueWork<"verify"> {
  const denyTogether = createDenyTogether(deps);
  const isReadable = (registry: string) => deps.readerOf(registry) !== undefined;
  return {
    kind: "verify",
    serves: () => ({ by: "name", names: deps.registries().filter(isReadable) }),
    // Without credentials nobody can be asked; they may come.
    mayWait: () => ({ by: "name", names: deps.registries() }),
    perLane: perRegistry,
    atOnce,
    ...usualTimes,
    retry: () => retry,
    // Rights that are missing are granted, and what answers nonsense is mended: it is asked again and again.
    isForGood: () => false,
    run: (subject, turn) => verifyListed(subject, { ...deps, denyTogether }, turn),
    end: async (subject, why) => {
      await noteTrouble(subject, why, deps);
      return { kind: "again", afterMs: usualTimes.longestPauseMs };
    },
  };
}

/**
 * Examines one artifact now and writes down what the registry said; its next examination is listed. Throws the
 * reader's ChatopsError.
 */
export async function verifyNow(
  artifact: Artifact,
  reader: RegistryReader,
  deps: WriteDeps,
  signal: AbortSignal,
): Promise<void> {
  await examineAndWrite(artifact, reader, deps, { signal, isRead: isRead(artifact) }, (change) => change);
}

function isRead({ verification, kind }: Artifact): boolean {
  return verification.state === "verified" && kind !== "unknown";
}

async function examineAndWrite(
  artifact: Artifact,
  reader: RegistryReader,
  deps: WriteDeps,
  options: { readonly signal: AbortSignal; readonly isRead: boolean },
  written: (change: ArtifactChange) => ArtifactChange,
): Promise<Examination["outcome"]> {
  const [finding, askAgainAt] = await Promise.all([
    examine(reader, artifact, artifact.announcedTag, options),
    observeEnvironment(artifact, deps.targetsOf(artifact), { ...deps, reader }, options.signal),
  ]);
  await deps.store.changeArtifact(artifact, artifact.announcedTag, (known) => {
    const change = confirm(known, artifact, finding, deps.clock.now());
    if (change === undefined) return undefined;
    if (askAgainAt === undefined) return written(change);
    const verify = Math.min(askAgainAt, change.due?.verify ?? askAgainAt);
    return written({ ...change, due: { ...change.due, verify } });
  });
  if (finding.outcome === "verified") {
    const { subject = referrerParent(artifact), kind } = finding.facts;
    if (subject !== undefined) await attach(artifact, subject, kind, deps);
  }
  if (finding.outcome !== "mismatched") await askAboutIndex(artifact, finding.outcome, deps);
  return finding.outcome;
}

async function verifyListed(
  subject: string,
  deps: VerifyDeps & { readonly denyTogether: DenyTogether },
  turn: Turn,
): Promise<Outcome> {
  const key = keyOfSubject(subject);
  const artifact = await deps.store.findArtifact(key);
  const reader = deps.readerOf(key.registry);
  if (artifact === undefined) return { kind: "over" };
  // Taken out of the configuration since it was claimed: it is parked from now on.
  if (reader === undefined) return { kind: "wait", afterMs: 0 };
  let nextAt: number | null = null;
  try {
    if (key.digest === "") return afterwards(await examineRepository(key, reader, deps, turn.signal), deps);
    // It is listed for later already.
    if (await deps.denyTogether(key, reader, turn.signal)) return { kind: "over" };
    // When it is to be asked again is this turn's outcome: what comes meanwhile lists it anew, and is not lost.
    const keepNext = ({ due: { verify, ...due } = {}, ...change }: ArtifactChange) => {
      nextAt = verify ?? null;
      return { ...change, due };
    };
    const known = isRead(artifact) && artifact.labelsUnreadSince === undefined;
    const options = { signal: turn.signal, isRead: known };
    const outcome = await examineAndWrite(artifact, reader, deps, options, keepNext);
    const level = outcome === "verified" ? "info" : "warn";
    deps.log[level]({ step: "verify", eventId: artifact.eventId, subject, outcome }, "asked the registry");
  } catch (error) {
    if (!turn.signal.aborted) await noteTrouble(subject, error, deps);
    throw error;
  }
  return afterwards(nextAt, deps);
}

function afterwards(nextAt: number | null, { clock }: Pick<VerifyDeps, "clock">): Outcome {
  return nextAt === null ? { kind: "over" } : { kind: "again", afterMs: nextAt - clock.now() };
}

/** The card says why the registry has not confirmed it yet. */
async function noteTrouble(subject: string, error: unknown, { store, clock }: WriteDeps): Promise<void> {
  // A registry that has no time now has not answered: what waits for its word goes on waiting.
  if (error instanceof ChatopsError && error.code === "registry-throttled") return;
  const why = describeError(error);
  await store.changeArtifact(keyOfSubject(subject), undefined, ({ artifact }) => {
    if (artifact === undefined) return undefined;
    const { verification } = artifact;
    const touchAt = clock.now();
    if (verification.state !== "unverified") return { artifact, touchAt };
    const { asked = "failed" } = verification;
    return { artifact: { ...artifact, verification: { ...verification, why, asked } }, touchAt };
  });
}

/** An index that has lost one of its platforms, or may have it back, is asked about again. */
async function askAboutIndex(
  { registry, repository, parent }: Artifact,
  outcome: "verified" | "absent",
  { store, clock }: WriteDeps,
): Promise<void> {
  if (parent === undefined) return;
  await store.changeArtifact({ registry, repository, digest: parent }, undefined, ({ artifact }) => {
    if (artifact?.kind !== "index" || artifact.deletedAt !== undefined) return undefined;
    const isNews = outcome === "absent" || artifact.lostPlatforms !== undefined;
    return isNews ? { artifact, due: { verify: clock.now() } } : undefined;
  });
}

const referrerKinds: readonly Artifact["kind"][] = ["signature", "sbom", "attestation", "other"];

function referrerParent(artifact: Artifact): string | undefined {
  return referrerKinds.includes(artifact.kind) ? artifact.parent : undefined;
}

/** Notes on the image that something belongs to it; its card shows a badge. */
async function attach(
  referrer: Artifact,
  parent: string,
  kind: Artifact["kind"],
  { store, clock }: WriteDeps,
): Promise<void> {
  const { registry, repository, digest } = referrer;
  const key: ArtifactKey = { registry, repository, digest: parent };
  await store.changeArtifact(key, undefined, ({ artifact }) => {
    if (artifact === undefined || artifact.referrers.some((one) => one.digest === digest)) return undefined;
    const at = clock.now();
    return {
      artifact: { ...artifact, referrers: [...artifact.referrers, { digest, kind }] },
      touchAt: at,
      happenings: [{ at, step: "verify", what: `${kind} ${digest} is attached to it` }],
    };
  });
}
