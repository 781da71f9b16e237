import { ChatopsError } from "../../errors.ts";
import { previousTagOf, type RetagTarget } from "../../nouns/target.ts";
import type { RegistryReader, RegistryWriter } from "../../registry/registry-port.ts";
import type { TargetDeps } from "../target-deps.ts";
import type { Job, Looked, Observed, Plan, Step, StepRun, TargetPort } from "../target-port.ts";
import { observedDigest } from "./running-image.ts";

interface Registry {
  readonly reader: RegistryReader;
  readonly writer: RegistryWriter;
}

/**
 * Moves the target's tag to the image's digest: the manifest's own bytes under another name, so the digest stays. What
 * was there before is kept under `<tag>-previous`. Putting the same bytes under the same tag twice is the same as once.
 */
export function createRetagTarget(target: RetagTarget, deps: TargetDeps): TargetPort {
  const open = (): Registry => {
    const { reader, writer } = deps.accessTo(target.registry);
    if (reader !== undefined && writer !== undefined) return { reader, writer };
    throw new ChatopsError(
      "target-unauthorized",
      `${target.name} moves a tag, for which registries.${target.registry}.credentials needs read and write.`,
    );
  };
  return {
    type: "retag",
    plan: (job, signal) => plan(target, open(), job, signal),
    steps: (job) => [
      read(target, open, job),
      keep(target, open, job),
      move(target, open, job),
      confirm(target, open, job),
    ],
    observe: (image, signal) => observe(target, open(), image.repository, signal),
  };
}

async function plan(target: RetagTarget, { reader }: Registry, job: Job, signal: AbortSignal): Promise<Plan> {
  const before = await reader.findTagDigest(job.image.repository, target.tag, { signal });
  const { repository, digest, loginServer } = job.image;
  return {
    kind: "change",
    digestBefore: before,
    lines: [
      before === digest
        ? `sets the tag ${target.tag} of ${loginServer}/${repository} again: it is ${digest} already`
        : `moves the tag ${target.tag} of ${loginServer}/${repository} from ${before ?? "nothing"} to ${digest}`,
      ...(before === undefined || before === digest
        ? []
        : [`keeps ${before} under the tag ${previousTagOf(target)}`]),
    ],
  };
}

const beforeNote = "before";

function read(target: RetagTarget, open: () => Registry, { image }: Job): Step {
  return {
    name: "read",
    says: `read the tag ${target.tag}`,
    changes: false,
    run: async ({ signal, noteDigestBefore }) => {
      const before = await open().reader.findTagDigest(image.repository, target.tag, { signal });
      await noteDigestBefore(before);
      return { kind: "done", notes: { [beforeNote]: before ?? "" } };
    },
  };
}

// The retention of untagged manifests would otherwise take what can be gone back to.
function keep(target: RetagTarget, open: () => Registry, { image }: Job): Step {
  return {
    name: "keep",
    says: `keep what was there under ${previousTagOf(target)}`,
    changes: false,
    run: async ({ notes, signal }) => {
      const before = notes[beforeNote] ?? "";
      if (before === "" || before === image.digest) return { kind: "done" };
      const { reader, writer } = open();
      try {
        const manifest = await reader.readManifest(image.repository, before, { signal });
        await writer.putTag(image.repository, manifest, previousTagOf(target), { signal });
        return { kind: "done" };
      } catch (error) {
        const lost = error instanceof ChatopsError && !error.retryable;
        if (!lost) throw error;
        // Quarantined since, deleted, or the tag is locked: no reason not to deploy, but somebody should know.
        return {
          kind: "done",
          outcome: `what was there is not kept under ${previousTagOf(target)}: ${error.message}`,
        };
      }
    },
  };
}

function move(target: RetagTarget, open: () => Registry, { image, kind }: Job): Step {
  const look = async (signal: AbortSignal): Promise<Looked> => {
    const now = await open().reader.findTagDigest(image.repository, target.tag, { signal });
    return { kind: now === image.digest ? "done" : "absent" };
  };
  return {
    name: "move",
    says: `move the tag ${target.tag}`,
    changes: true,
    // A redeploy sets what is there already, for those who listen to the tag: reading it says nothing.
    ...(kind === "redeploy" ? {} : { look: async ({ signal }: StepRun) => await look(signal) }),
    run: async ({ signal }) => {
      const { reader, writer } = open();
      const manifest = await reader.readManifest(image.repository, image.digest, { signal });
      const put = await writer.putTag(image.repository, manifest, target.tag, { signal });
      if (put === image.digest) return { kind: "done" };
      return {
        kind: "in-doubt",
        outcome: `the registry says that ${target.tag} is ${put} now, and not the digest that was asked for`,
      };
    },
  };
}

function confirm(target: RetagTarget, open: () => Registry, { image }: Job): Step {
  return {
    name: "confirm",
    says: `read the tag ${target.tag} again`,
    changes: false,
    run: async ({ signal }) => {
      const now = await open().reader.findTagDigest(image.repository, target.tag, { signal });
      if (now === image.digest) return { kind: "done" };
      // A replica may answer with the tag of a moment ago (geo-replication): the registry took the write all the same.
      return {
        kind: "done",
        outcome: `the registry took it; a replica still answers ${now?.slice(0, 19) ?? "nothing"} for ${target.tag}`,
      };
    },
  };
}

async function observe(
  target: RetagTarget,
  { reader }: Registry,
  repository: string,
  signal: AbortSignal,
): Promise<Observed> {
  const digest = await reader.findTagDigest(repository, target.tag, { signal });
  return digest === undefined ? { kind: "nothing" } : observedDigest(digest);
}
