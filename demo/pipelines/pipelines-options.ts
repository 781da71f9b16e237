/** What an identity may do with every pipeline of the project. */
export type PipelineRight = "view" | "queue" | "configure" | "stop";

/** A pipeline with the parameters that its YAML declares. */
export type PipelineFacts = {
  readonly id: number;
  readonly name: string;
  readonly parameters: readonly string[];
};

/** What the organization is made of. */
export type PipelinesOptions = {
  readonly port?: number;
  /** `contoso`: the first part of each path. */
  readonly organization: string;
  readonly project: string;
  readonly pipelines: readonly PipelineFacts[];
  /** Branches that there are: `refs/heads/main`. */
  readonly refs?: readonly string[];
  /** Bearer tokens and what their owner may do; all rights for one, if absent. */
  readonly tokens?: Readonly<Record<string, readonly PipelineRight[]>>;
  /** Runs end by themselves, with this, after so many readings; absent: only `finish` ends them. */
  readonly ends?: { readonly result: PipelineResult; readonly afterReads: number };
  /** Where a run says its parameters: everywhere, only when it is read by itself, or nowhere. */
  readonly parametersShown?: "in lists" | "alone" | "never";
  /** Ms since the epoch. */
  readonly now?: () => number;
  readonly onProblem?: (error: unknown) => void;
};

/** How a run ended. */
export type PipelineResult = "succeeded" | "failed" | "canceled";

/** One run, as the world's page and tests see it. */
export type PipelineRunView = {
  readonly id: number;
  readonly pipeline: number;
  readonly name: string;
  readonly ref: string;
  readonly parameters: Readonly<Record<string, string>>;
  readonly state: "inProgress" | "canceling" | "completed";
  readonly result?: PipelineResult;
  readonly queuedAt: number;
};
