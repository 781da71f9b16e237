import type { Block, Text } from "./block-kit.ts";
import type { TeamsWorld } from "./teams/teams-world.ts";

/** The state of the demo world as GET /demo/api/state and each event of /demo/api/events give it. */
export type World = {
  readonly setup: Setup;
  readonly slack: {
    readonly channels: Readonly<Record<string, readonly Message[]>>;
    readonly ephemerals: readonly Ephemeral[];
    readonly views: readonly View[];
    readonly notices?: readonly Notice[];
  };
  readonly teams?: TeamsWorld;
  readonly registry: {
    readonly repositories: Readonly<Record<string, Repository>>;
    readonly quarantinePolicy?: { readonly enabled: boolean };
  };
  readonly deliveries: readonly Delivery[];
  /** What each environment runs, where the demo tells. */
  readonly runs?: readonly Runs[];
};

/** An environment that follows a tag, or a workload on Kubernetes. */
export type Runs =
  | { readonly target: string; readonly kind: "tag"; readonly tag: string }
  | ({ readonly target: string; readonly kind: "workload" } & Workload);

export type Workload = {
  /** `deployment/checkout` */
  readonly workload: string;
  /** The image that it is told to run: `host/repository@sha256:…`. */
  readonly image: string;
  readonly replicas: number;
  readonly pods: readonly Pod[];
};

export type Pod = {
  readonly name: string;
  readonly image: string;
  /** As `kubectl get pods` shows it: Running, ImagePullBackOff, … */
  readonly state: string;
  readonly isReady: boolean;
};

export type Setup = {
  readonly users: readonly User[];
  readonly channels: readonly Channel[];
  readonly registry: { readonly name: string; readonly loginServer: string; readonly address: string };
};

export type User = {
  readonly platform: string;
  readonly id: string;
  readonly name: string;
  readonly roles: readonly string[];
  /** Accounts with the same `person` are one person's. */
  readonly person?: string;
  /** What else the switch says of them, such as whose guest they are. */
  readonly note?: string;
};

/** A channel, or a direct message between the bot and `user`. Without `members` everybody sees it. */
export type Channel = {
  readonly id: string;
  readonly name: string;
  readonly platform?: string;
  readonly user?: string;
  readonly members?: readonly string[];
};

export type Message = {
  readonly ts: string;
  readonly thread_ts?: string;
  readonly user: string;
  readonly text: string;
  readonly blocks?: readonly Block[];
  /** How often it was updated. */
  readonly edits?: number;
};

export type Ephemeral = {
  readonly channel: string;
  readonly user: string;
  readonly text: string;
  readonly blocks?: readonly Block[];
  readonly ts?: string;
  readonly thread_ts?: string;
};

/** What Slack itself tells one person, such as `operation_timeout`; `at` in milliseconds. */
export type Notice = {
  readonly user: string;
  readonly channel?: string;
  readonly error: string;
  readonly detail: string;
  readonly at: number;
};

/** An open dialog; `errors` by block id are what the bot's last answer said is wrong. */
export type View = {
  readonly id: string;
  readonly user: string;
  readonly callback_id: string;
  readonly blocks: readonly Block[];
  readonly title?: Text | string;
  readonly submit?: Text | string;
  readonly close?: Text | string;
  readonly errors?: Readonly<Record<string, string>>;
};

export type Repository = {
  readonly tags: Readonly<Record<string, string>>;
  readonly manifests: Readonly<Record<string, Manifest>>;
};

export type Manifest = { readonly mediaType: string; readonly quarantineState?: string };

/** One call by a webhook; `statusCode` 0: nobody answered. */
export type Delivery = {
  readonly action: string;
  readonly repository?: string;
  readonly tag?: string;
  readonly digest?: string;
  readonly statusCode: number;
  readonly tookMs: number;
};
