import type { Operation } from "../nouns/operation.ts";
import type { TargetType } from "../nouns/target.ts";

/** What a deploy puts in place: always these bytes, from this registry. */
export interface DeployedImage {
  /** Short name of the registry. */
  readonly registry: string;
  readonly loginServer: string;
  readonly repository: string;
  readonly digest: string;
  /** The tag that people saw, for names only: nothing is ever deployed by it. */
  readonly tag?: string | undefined;
}

/** Where images come from: a repository of a registry. */
export type ImageSource = Pick<DeployedImage, "registry" | "loginServer" | "repository">;

/** One operation on one target, as far as the target needs to know it. */
export interface Job {
  /** Kept by the other side where it can keep one, so that a crash never does a thing twice. UUID. */
  readonly operationId: string;
  readonly kind: "deploy" | "redeploy" | "rollback";
  readonly image: DeployedImage;
  /** Shown name of who asked; hostile text. */
  readonly requestedBy: string;
  readonly reason?: string | undefined;
}

/** What would change, read now; nothing is changed by it. */
export type Plan =
  | {
      readonly kind: "change";
      /** What is configured now; absent: nothing, or no digest. */
      readonly digestBefore?: string | undefined;
      /** What is changed, each a line for people. */
      readonly lines: readonly string[];
    }
  /** `why` in words for the person: another repository's image, somebody else's object, what is missing. */
  | { readonly kind: "refused"; readonly why: string; readonly help: string };

/** How well a placement is; `unknown` where the other side does not say. */
export type Health = "healthy" | "progressing" | "unhealthy" | "unknown";

/** What a target runs, or is configured to run. */
export type Observed =
  | {
      readonly kind: "runs";
      readonly digest: string;
      /** `configured`: what the other side is told to run; it does not say what it runs. */
      readonly as: "configured" | "running";
      readonly health: Health;
      /** The other side's own reason, where it is not well: `ImagePullBackOff: …`. */
      readonly why?: string | undefined;
    }
  /** Another repository's image, or one without a digest; as it is written there. */
  | { readonly kind: "other"; readonly image: string }
  | { readonly kind: "nothing" }
  /** Such a target cannot be asked. */
  | { readonly kind: "unknown" };

/** What a step may use. */
export interface StepRun {
  /** What earlier steps, and earlier runs of this one, left. */
  readonly notes: Readonly<Record<string, string>>;
  readonly signal: AbortSignal;
  /** When this run of the operation's step was first begun, in ms: before a crash too. */
  readonly begunAt: number;
  /** Writes more notes down before it resolves; throws LeaseLost if somebody else has the operation. */
  note(more: Readonly<Record<string, string>>): Promise<void>;
  /** Writes down what ran before, ahead of the first effect; throws LeaseLost. */
  noteDigestBefore(digest: string | undefined): Promise<void>;
}

/** How a step ended. A ChatopsError that it throws is tried again if it is retryable, else it ends the operation. */
export type StepResult =
  | {
      readonly kind: "done";
      readonly notes?: Readonly<Record<string, string>>;
      /** What people should know besides that it worked. */
      readonly outcome?: string | undefined;
      readonly link?: string | undefined;
    }
  /** It is under way on the other side: run again then. */
  | {
      readonly kind: "wait";
      readonly afterMs: number;
      readonly progress: string;
      readonly link?: string | undefined;
      /**
       * What it means if the operation's time is over: that the image does not run well, or (by default) that nobody
       * can tell, because the other side may still be at it.
       */
      readonly late?: "unhealthy";
    }
  /** The end, for the reason given. `unhealthy`: the new image is in place and does not run well. */
  | {
      readonly kind: "failed";
      readonly outcome: string;
      readonly unhealthy?: true;
      /** What is known of the target, where that is other than what the journal says. */
      readonly changed?: NonNullable<Operation["changed"]>;
      readonly link?: string | undefined;
    }
  | { readonly kind: "in-doubt"; readonly outcome: string; readonly link?: string | undefined };

/** What became of a step that was begun and not seen to end. */
export type Looked =
  | { readonly kind: "done"; readonly notes?: Readonly<Record<string, string>> }
  | { readonly kind: "absent" }
  /** Nobody can tell: the operation stops and asks. */
  | { readonly kind: "unknown"; readonly why: string };

/** One part of a run. Its begin is written down before it is run, its end after. */
export interface Step {
  /** Stable: the journal knows it by this. `patch`. */
  readonly name: string;
  /** For people, to follow "while it was to": `patch the deployment shop/checkout`. */
  readonly says: string;
  /** Whether it changes what the target runs: from its begin on the operation goes on to its end. */
  readonly changes: boolean;
  /**
   * Looks for what an earlier run of it did before it is run again: by our operation id, or by reading. Absent: doing it
   * twice is the same as doing it once.
   */
  readonly look?: (run: StepRun) => Promise<Looked>;
  readonly run: (run: StepRun) => Promise<StepResult>;
}

/** How a wish to stop ended. `too-late`: it goes on to its end. */
export type Cancelled =
  | { readonly kind: "cancelled"; readonly outcome: string; readonly changed: "no" | "yes" | "unknown" }
  | { readonly kind: "too-late"; readonly why: string };

/**
 * One system that runs images. Each type is one file in `targets/`; it pins the digest, and uses the credential that
 * the configuration gives it and no other. Every failure is a ChatopsError.
 */
export interface TargetPort {
  readonly type: TargetType;
  plan(job: Job, signal: AbortSignal): Promise<Plan>;
  /** In order. The first ones read and check what `plan` does: nothing is changed before they have. */
  steps(job: Job): readonly Step[];
  /** What it runs of that repository. */
  observe(image: ImageSource, signal: AbortSignal): Promise<Observed>;
  /** Stops what runs on the other side; absent: it cannot be stopped. May be called again after a crash. */
  cancel?(job: Job, notes: Readonly<Record<string, string>>, signal: AbortSignal): Promise<Cancelled>;
}
