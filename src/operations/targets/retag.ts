import { ChatopsError } from "../../errors.ts";
import { previousTagOf, type RetagTarget } from "../../nouns/target.ts";
import type { RegistryReader, RegistryWriter } from "../../registry/registry-port.ts";
import type { TargetDeps } from "../target-deps.ts";
import type { Job, Looked, Plan, Step, StepRun, TargetPort } from "../target-port.ts";
import { observedDigest } from "./running-image.ts";

interface Registry {
  readonly reader: RegistryReader;
  readonly writer: RegistryWriter;
}

interface Context {
  readonly target: RetagTarget;
  readonly open: () => Registry;
  /** The digest under the target's tag now. */
  readonly current: (repository: string, signal: AbortSignal) => Promise<string | undefined>;
}

/**
 * Moves the target's tag to the image's digest: the manifest's own bytes under another name, so the digest stays. What
 * was there before is kept under `<tag>-previous`. Putting the same bytes under the same tag twice is the same as once.
 */
export function createRetagTarget(target: RetagTarget, deps: TargetDeps): TargetPort {
  const open = (): Registry => {
    const { reader, writer } = deps.accessTo(target.registry);
    if (reader !== undefined && writer !== undefined) return { reader, writer };
    const needs = `registries.${target.registry}.credentials needs read and write`;
    throw new ChatopsError("target-unauthorized", `${target.name} moves a tag, for which ${needs}.`);
  };
  const current: Context["current"] = async (repository, signal) =>
    await open().reader.findTagDigest(repository, target.tag, { signal });
  const context: Context = { target, open, current };
  return {
    type: "retag",
    plan: async (job, signal) => planOf(target, job, await current(job.image.repository, signal)),
    steps: (job) => [read(context, job), keep(context, job), move(context, job), confirm(context, job)],
    async observe(image, signal) {
      const digest = await current(image.repository, signal);
      return digest === undefined ? { kind: "nothing" } : observedDigest(digest);
    },
  };
}

function planOf(target: RetagTarget, { image }: Job, before: string | undefined): Plan {
  const { repository, digest, loginServer } = image;
  const place = `the tag ${target.tag} of ${loginServer}/${repository}`;
  if (before === digest) {
    const lines = [`sets ${place} again: it is ${digest} already`];
    return { kind: "change", digestBefore: before, lines };
  }
  const kept = before === undefined ? [] : [`keeps ${before} under the tag ${previousTagOf(target)}`];
  const lines = [`moves ${place} from ${before ?? "nothing"} to ${digest}`, ...kept];
  return { kind: "change", digestBefore: before, lines };
}

const beforeNote = "before";

function read({ target, current }: Context, { image }: Job): Step {
  return {
    name: "read",
    says: `read the tag ${target.tag}`,
    changes: false,
    run: async ({ signal, noteDigestBefore }) => {
      const before = await current(image.repository, signal);
      await noteDigestBefore(before);
      return { kind: "done", notes: { [beforeNote]: before ?? "" } };
    },
  };
}

// The retention of untagged manifests would otherwise take what can be gone back to.
function keep({ target, open }: Context, { image }: Job): Step {
  const previous = previousTagOf(target);
  return {
    name: "keep",
    says: `keep what was there under ${previous}`,
    changes: false,
    run: async ({ notes, signal }) => {
      const before = notes[beforeNote] ?? "";
      if (before === "" || before === image.digest) return { kind: "done" };
      const { reader, writer } = open();
      try {
        const manifest = await reader.readManifest(image.repository, before, { signal });
        await writer.putTag(image.repository, manifest, previous, { signal });
        return { kind: "done" };
      } catch (error) {
        if (!(error instanceof ChatopsError) || error.retryable) throw error;
        // Quarantined since, deleted, or the tag is locked: no reason not to deploy, but somebody should know.
        return { kind: "done", outcome: `what was there is not kept under ${previous}: ${error.message}` };
      }
    },
  };
}

function move({ target, open, current }: Context, { image, kind }: Job): Step {
  const look = async ({ signal }: StepRun): Promise<Looked> => {
    const now = await current(image.repository, signal);
    return { kind: now === image.digest ? "done" : "absent" };
  };
  return {
    name: "move",
    says: `move the tag ${target.tag}`,
    changes: true,
    // A redeploy sets what is there already, for those who listen to the tag: reading it says nothing.
    ...(kind === "redeploy" ? {} : { look }),
    run: async ({ signal }) => {
      const { reader, writer } = open();
      const manifest = await reader.readManifest(image.repository, image.digest, { signal });
      const put = await writer.putTag(image.repository, manifest, target.tag, { signal });
      if (put === image.digest) return { kind: "done" };
      const outcome = `the registry says that ${target.tag} is ${put} now, and not the digest that was asked for`;
      return { kind: "in-doubt", outcome };
    },
  };
}

function confirm({ target, current }: Context, { image }: Job): Step {
  return {
    name: "confirm",
    says: `read the tag ${target.tag} again`,
    changes: false,
    run: async ({ signal }) => {
      const now = await current(image.repository, signal);
      if (now === image.digest) return { kind: "done" };
      // A replica may answer with the tag of a moment ago (geo-replication): the registry took the write all the same.
      const answer = `a replica still answers ${now?.slice(0, 19) ?? "nothing"} for ${target.tag}`;
      return { kind: "done", outcome: `the registry took it; ${answer}` };
    },
  };
}
