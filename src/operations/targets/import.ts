import { portalLink } from "../../azure/arm-id.ts";
import type { ImportTarget } from "../../nouns/target.ts";
import type { TargetDeps } from "../target-deps.ts";
import type { ImageSource, Job, Observed, Plan, Step, TargetPort } from "../target-port.ts";
import { lazyArm, notesOf, operationIn } from "./arm-context.ts";
import { checkStep, type RefusedPlan } from "./check-step.ts";
import { followStep } from "./follow-step.ts";
import { followImport, type ImportContext, readyPlace, startImport } from "./import/arm.ts";
import { copyCompanions, followCompanions } from "./import/companions.ts";
import { findCompanions } from "./import/find-companions.ts";
import { type ImportPlace, needsTag, placeOf } from "./import/import-place.ts";
import { digestOrNothing, observedDigest } from "./running-image.ts";

/**
 * Copies the image by its digest into another repository or registry, inside of Azure, and then what refers to it:
 * signatures, SBOMs, attestations. In mode Force the same import twice is the same as once.
 */
export function createImportTarget(target: ImportTarget, deps: TargetDeps): TargetPort {
  const context = { target, deps, arm: lazyArm(deps, target.credential) };
  return {
    type: "import",
    plan: (job, signal) => plan(context, job, signal),
    steps: (job) => [
      checkStep("read the image and the tag that it goes to", (signal) => read(context, job, signal)),
      copy(context, job),
      followCopy(context, job),
      copyCompanions(context, job),
      followCompanions(context, job),
    ],
    observe: (image, signal) => observe(context, image, signal),
  };
}

/** What is there now; refuses what is not in the source. Throws what the registries say. */
async function read(
  { target, deps }: ImportContext,
  { image }: Job,
  signal: AbortSignal,
): Promise<
  | RefusedPlan
  | { readonly kind: "ready"; readonly place: ImportPlace; readonly digestBefore: string | undefined }
> {
  const place = placeOf(target, deps, image);
  if (place.kind === "refused") return place;
  await place.reader.readManifest(image.repository, image.digest, { signal });
  const digestBefore = await place.destinationReader.findTagDigest(place.repository, place.tag, { signal });
  return { kind: "ready", place, digestBefore };
}

async function plan(context: ImportContext, job: Job, signal: AbortSignal): Promise<Plan> {
  const state = await read(context, job, signal);
  if (state.kind === "refused") return state;
  const { place, digestBefore: before } = state;
  const { image } = job;
  const { companions, isCut } = await findCompanions(place.reader, image.repository, image.digest, signal);
  return {
    kind: "change",
    digestBefore: before,
    lines: [
      before === image.digest
        ? `copies ${image.digest} to ${place.words} again: it is there already`
        : `copies ${image.loginServer}/${image.repository}@${image.digest} to ${place.words}, which is ${before ?? "not there"} now`,
      companions.length === 0
        ? "nothing refers to it: no signatures, no SBOMs"
        : `copies ${companions.length}${isCut ? " (there are more)" : ""} that refer to it: signatures, SBOMs, attestations`,
    ],
  };
}

function copy(context: ImportContext, { image }: Job): Step {
  return {
    name: "copy",
    says: "import the image",
    changes: true,
    run: async ({ signal }) => {
      const place = readyPlace(context, image);
      const source = `${image.repository}@${image.digest}`;
      const operation = await startImport(context, place, source, place.tag, signal);
      const link = portalLink(context.deps.azure.cloud, place.destination);
      return { kind: "done", notes: notesOf(operation), link };
    },
  };
}

function followCopy(context: ImportContext, { image }: Job): Step {
  return followStep({ name: "follow-copy", says: "wait until the image is imported" }, async (run) => {
    const { destinationReader, repository, tag, words } = readyPlace(context, image);
    const missing = async () => {
      const now = await destinationReader.findTagDigest(repository, tag, { signal: run.signal });
      if (now === image.digest) return undefined;
      const outcome = `Azure says that it imported the image, but ${words} is ${now ?? "not there"}`;
      return { progress: `${words} is ${digestOrNothing(now)} still`, outcome };
    };
    return (await followImport(context, operationIn(run.notes), missing, run)) ?? { kind: "done" };
  });
}

async function observe(
  { target, deps }: ImportContext,
  image: ImageSource,
  signal: AbortSignal,
): Promise<Observed> {
  // Which of its tags came last, nobody can tell.
  if (needsTag(target)) return { kind: "unknown" };
  const place = placeOf(target, deps, image);
  if (place.kind === "refused") return { kind: "unknown" };
  const digest = await place.destinationReader.findTagDigest(place.repository, place.tag, { signal });
  return digest === undefined ? { kind: "nothing" } : observedDigest(digest);
}
