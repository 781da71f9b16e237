/** A workflow with the inputs that it declares. */
export type WorkflowFacts = {
  readonly file: string;
  readonly name: string;
  readonly inputs: readonly string[];
  /** The input that its `run-name` shows; absent: it has none, and runs are titled by the workflow's name. */
  readonly runName?: string;
  readonly state?: "active" | "disabled_manually";
};

/** What the repository and who may use it are made of. */
export type GithubOptions = {
  readonly port?: number;
  /** `contoso/shop` */
  readonly repository: string;
  readonly workflows: readonly WorkflowFacts[];
  /** Branches that there are, as names. */
  readonly refs?: readonly string[];
  /** Personal access tokens and whether they may run workflows. */
  readonly tokens?: Readonly<Record<string, "write" | "read">>;
  /** A GitHub App with its public key (PEM), and its only installation. */
  readonly app?: { readonly appId: string; readonly installationId: string; readonly publicKey: string };
  /** False: as an enterprise server that knows no `return_run_details`. */
  readonly returnsRunDetails?: boolean;
  /** Runs come to be after so many lists of runs, as dispatches are worked off in the background; 0 by default. */
  readonly appearsAfterLists?: number;
  /** Runs end by themselves, with this, after so many readings; absent: only `finish` ends them. */
  readonly ends?: { readonly conclusion: string; readonly afterReads: number };
  /** Ms since the epoch. */
  readonly now?: () => number;
  readonly onProblem?: (error: unknown) => void;
};

/** One run, as the world's page and tests see it. */
export type WorkflowRunView = {
  readonly id: number;
  readonly workflow: string;
  readonly ref: string;
  readonly inputs: Readonly<Record<string, string>>;
  readonly title: string;
  readonly status: "queued" | "in_progress" | "waiting" | "completed";
  readonly conclusion?: string;
  readonly createdAt: number;
  /** Who started it: `app` or the token's right. */
  readonly by: string;
};
