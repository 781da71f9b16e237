import { hasCode } from "../errors.ts";
import { isConfirmed, subjectOf, wasConfirmed } from "../nouns/artifact.ts";
import type { FalseClaim } from "../nouns/taken-back.ts";
import type { DigestList, RegistryReader } from "../registry/registry-port.ts";
import type { Store } from "../store/store.ts";
import { backoffMs } from "../work/backoff.ts";
import type { Clock } from "../work/clock.ts";
import { mostListed } from "./deny-together.ts";
import type { ClaimAnswers } from "./take-back-rules.ts";

// As many as the verify loop has under way with one registry.
const atOnce = 8;
// A list leaves out what somebody has hidden from lists: a few are asked about one by one.
const fewEnough = 10;
// Of lists of 1,000 digests these are some 35 MB.
const mostKept = 500;
const tries = 5;
const pauses = { firstMs: 2_000, longestMs: 60_000 };

interface AskDeps {
  readonly reader: Pick<RegistryReader, "listDigests" | "readAttributes">;
  readonly store: Pick<Store, "findArtifact" | "livingArtifacts">;
  readonly clock: Clock;
}

/**
 * Gives what asks the registry about claims, page by page, and gathers its answers: one list for each repository, and one
 * call for what a list does not tell. It throws the reader's ChatopsError when that has failed five times in a row.
 */
export function createClaimAnswers(deps: AskDeps) {
  const answers = { there: new Set<string>(), gone: new Set<string>() } satisfies ClaimAnswers;
  const lists = new Map<string, DigestList | undefined>();
  const listOf = async (repository: string) => {
    if (lists.has(repository)) return lists.get(repository);
    const list = await patiently(deps, () => deps.reader.listDigests(repository, mostListed));
    if (lists.size >= mostKept) lists.clear();
    lists.set(repository, list);
    return list;
  };
  return {
    answers: answers as ClaimAnswers,
    ask: async (claims: readonly FalseClaim[]): Promise<void> => {
      const repositories = [...Map.groupBy(once(claims), ({ key }) => key.repository)];
      const open = await fewAtOnce(repositories, async ([repository, some]) =>
        readList(some, await listOf(repository), answers.there),
      );
      await fewAtOnce(open.flat(), (claim) => answerOne(claim, answers, deps));
    },
  };
}

/** A claim that its repository's list has not settled; `isAsked`: the registry may have it all the same. */
interface OpenClaim extends FalseClaim {
  readonly isAsked: boolean;
}

/** Each subject once; that it was deleted counts for more. */
function once(claims: readonly FalseClaim[]): readonly FalseClaim[] {
  const sorted = claims.toSorted((a, b) => Number(a.isDelete) - Number(b.isDelete));
  return [...new Map(sorted.map((claim) => [subjectOf(claim.key), claim])).values()];
}

/** Notes what the list has, and gives the others. */
function readList(
  claims: readonly FalseClaim[],
  list: DigestList | undefined,
  there: Set<string>,
): readonly OpenClaim[] {
  const listed = new Set(list?.digests);
  const isListed = ({ digest }: Key) => (digest === "" ? listed.size > 0 : listed.has(digest));
  // That a repository has images says that it was not deleted, and no more.
  for (const { key } of claims) if (key.digest !== "" && isListed(key)) there.add(subjectOf(key));
  const missing = claims.filter(({ key }) => !isListed(key));
  const isAsked = list !== undefined && (!list.isWhole || missing.length < fewEnough);
  return missing.map((claim) => ({ ...claim, isAsked: isAsked && claim.key.digest !== "" }));
}

async function answerOne(
  { key, isDelete, isAsked }: OpenClaim,
  answers: { readonly there: Set<string>; readonly gone: Set<string> },
  deps: AskDeps,
): Promise<void> {
  if (isAsked && (await isThere(key, deps))) answers.there.add(subjectOf(key));
  else if (isDelete && (await wasThere(key, deps))) answers.gone.add(subjectOf(key));
}

type Key = FalseClaim["key"];

async function isThere({ repository, digest }: Key, deps: AskDeps): Promise<boolean> {
  return (await patiently(deps, () => deps.reader.readAttributes(repository, digest))) !== undefined;
}

/** Whether the registry had told of it; anybody can name an image, or a repository, that never was. */
async function wasThere(key: Key, { store }: AskDeps): Promise<boolean> {
  if (key.digest === "")
    return (await store.livingArtifacts(key.registry, key.repository, mostListed)).some(isConfirmed);
  const artifact = await store.findArtifact(key);
  return artifact !== undefined && wasConfirmed(artifact);
}

async function fewAtOnce<T, R>(items: readonly T[], run: (item: T) => Promise<R>): Promise<readonly R[]> {
  const done: R[] = [];
  for (let from = 0; from < items.length; from += atOnce)
    done.push(...(await Promise.all(items.slice(from, from + atOnce).map(run))));
  return done;
}

/** Three thousand made-up repositories may be more than the registry answers in a minute. */
async function patiently<T>({ clock }: AskDeps, call: () => Promise<T>): Promise<T> {
  for (let attempts = 0; ; attempts += 1) {
    try {
      return await call();
    } catch (error) {
      const passes = hasCode(error, "registry-throttled", "registry-unavailable");
      if (!passes || attempts + 1 >= tries) throw error;
      const { retryAfterMs } = error;
      const waitMs = backoffMs({ ...pauses, attempts, retryAfterMs, random: 0 });
      await clock.sleep(Math.min(waitMs, pauses.longestMs), new AbortController().signal);
    }
  }
}
