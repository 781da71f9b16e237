import { ChatopsError, describeError } from "../errors.ts";
import type { Log } from "../log.ts";
import { type Artifact, type ArtifactKey, subjectOf } from "../nouns/artifact.ts";
import type { Target } from "../nouns/target.ts";
import type { RegistryReader } from "../registry/registry-port.ts";
import { examine } from "../registry/verify.ts";
import type { Store } from "../store/store.ts";
import { backoffMs } from "../work/backoff.ts";
import type { Clock } from "../work/clock.ts";
import { createLoop, type Loop } from "../work/loop.ts";
import { confirm } from "./confirm.ts";
import { observeEnvironment } from "./observe-environment.ts";

// Asked side by side; ACR allows thousands of reads a minute, a multi-arch push brings a handful at once.
const batch = 8;
// Longer than the deadline of every call that one examination makes.
const leaseMs = 60_000;
const idleMs = 15_000;
const retry = { firstMs: 2_000, longestMs: 5 * 60_000 };

export interface VerifyDeps {
  readonly store: Store;
  /** Undefined: no credentials to read that registry. */
  readonly readerOf: (registry: string) => RegistryReader | undefined;
  /** The targets that take a repository. */
  readonly targetsOf: (key: ArtifactKey) => readonly Target[];
  readonly clock: Clock;
  readonly random: () => number;
  readonly log: Log;
}

/** Asks the registry about what events claimed, off the answer lane; until then a card is unverified. */
export function createVerifyLoop(deps: VerifyDeps): Loop {
  // How often in a row one registry could not be asked: decides how long its artifacts wait.
  const failures = new Map<string, number>();
  return createLoop({
    name: "verify",
    clock: deps.clock,
    log: deps.log,
    step: async (signal) => {
      const due = await deps.store.claimVerifications(deps.clock.now(), batch, leaseMs);
      await Promise.all(due.map((artifact) => verifyOne(artifact, deps, failures, signal)));
      return due.length === batch ? 0 : idleMs;
    },
  });
}

/** Examines one artifact now and writes down what the registry said. Throws the reader's ChatopsError. */
export async function verifyNow(
  artifact: Artifact,
  reader: RegistryReader,
  deps: Pick<VerifyDeps, "store" | "clock" | "targetsOf">,
  signal: AbortSignal,
): Promise<"verified" | "mismatched" | "absent"> {
  const [finding, askAgainAt] = await Promise.all([
    examine(reader, artifact, artifact.announcedTag, { signal }),
    observeEnvironment(artifact, deps.targetsOf(artifact), { ...deps, reader }, signal),
  ]);
  await deps.store.changeArtifact(artifact, artifact.announcedTag, (known) => {
    const change = confirm(known, artifact, finding, deps.clock.now());
    if (change === undefined || askAgainAt === undefined) return change;
    return { ...change, verifyDueAt: Math.min(askAgainAt, change.verifyDueAt ?? askAgainAt) };
  });
  const parent =
    finding.outcome === "verified" ? (finding.facts.subject ?? referrerParent(artifact)) : undefined;
  if (parent !== undefined)
    await attach(artifact, parent, finding.outcome === "verified" ? finding.facts.kind : "other", deps);
  return finding.outcome;
}

async function verifyOne(
  artifact: Artifact,
  deps: VerifyDeps,
  failures: Map<string, number>,
  signal: AbortSignal,
): Promise<void> {
  const { registry } = artifact;
  const reader = deps.readerOf(registry);
  if (reader === undefined) return;
  try {
    const outcome = await verifyNow(artifact, reader, deps, signal);
    failures.delete(registry);
    const level = outcome === "verified" ? "info" : "warn";
    deps.log[level](
      { step: "verify", eventId: artifact.eventId, subject: subjectOf(artifact), outcome },
      "asked the registry",
    );
  } catch (error) {
    if (signal.aborted) return;
    const attempts = failures.get(registry) ?? 0;
    failures.set(registry, attempts + 1);
    await putOff(artifact, error, attempts, deps);
  }
}

async function putOff(artifact: Artifact, error: unknown, attempts: number, deps: VerifyDeps): Promise<void> {
  const why = describeError(error);
  const retryAfterMs = error instanceof ChatopsError ? error.retryAfterMs : undefined;
  const now = deps.clock.now();
  const dueAt = now + backoffMs({ ...retry, attempts, retryAfterMs, random: deps.random() });
  deps.log.warn(
    { step: "verify", eventId: artifact.eventId, subject: subjectOf(artifact), error: why },
    "the registry could not be asked",
  );
  await deps.store.changeArtifact(artifact, undefined, (known) =>
    known.artifact === undefined
      ? undefined
      : {
          artifact: { ...known.artifact, verification: stillUnverified(known.artifact, why) },
          verifyDueAt: dueAt,
          touchAt: now,
        },
  );
}

function stillUnverified(artifact: Artifact, why: string): Artifact["verification"] {
  return artifact.verification.state === "unverified" ? { state: "unverified", why } : artifact.verification;
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
  { store, clock }: Pick<VerifyDeps, "store" | "clock">,
): Promise<void> {
  const key: ArtifactKey = { registry: referrer.registry, repository: referrer.repository, digest: parent };
  await store.changeArtifact(key, undefined, ({ artifact }) => {
    if (artifact === undefined || artifact.referrers.some((one) => one.digest === referrer.digest))
      return undefined;
    return {
      artifact: { ...artifact, referrers: [...artifact.referrers, { digest: referrer.digest, kind }] },
      touchAt: clock.now(),
      happenings: [{ at: clock.now(), step: "verify", what: `${kind} ${referrer.digest} is attached to it` }],
    };
  });
}
