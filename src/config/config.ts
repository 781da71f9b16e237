import type { ChannelId } from "../nouns/channel.ts";
import type { Mode } from "../nouns/mode.ts";
import type { Person } from "../nouns/person.ts";
import type { Route } from "../nouns/route.ts";
import type { Target } from "../nouns/target.ts";
import type { CredentialFile, RegistryFile } from "./parts/schema-registry.ts";

type Fixed<T> = T extends object ? { readonly [K in keyof T]: Fixed<T[K]> } : T;

export type CredentialConfig = Fixed<CredentialFile>;

/** A registry as the file has it, with its defaults. */
export interface RegistryConfig extends Fixed<RegistryFile> {
  /** Short name: in commands and in the ingest URL. */
  readonly name: string;
  /** Where the data plane really is. */
  readonly endpoint: string;
}

/** Event Grid's Entra delivery: what the bearer token must say. */
export type EventGridEntra = NonNullable<RegistryConfig["eventGrid"]["entra"]>;

export interface AzureConfig {
  readonly cloud: "public" | "usgovernment" | "china";
  readonly armEndpoint: string;
  readonly authorityHost: string;
  /** Microsoft Graph, which knows the groups of Entra. */
  readonly graphEndpoint: string;
  /** Audience of tokens for the registry's data plane. */
  readonly audience: string;
}

export interface SlackConfig {
  readonly botToken: string;
  readonly signingSecret: string;
  readonly apiUrl: string;
  /** `/acr` by default. */
  readonly command: string;
  /** Whether the bot may read history, to find a post whose answer was lost. */
  readonly history: boolean;
}

/** How the bot proves to Entra that it is the app of `teams.appId`. */
export type TeamsAuth =
  | {
      readonly type: "managed-identity";
      /** Client id of the user-assigned identity; of a bot that is one it is the app id. */
      readonly clientId: string;
    }
  | {
      readonly type: "certificate";
      /** A PEM file with certificate and key. */
      readonly path: string;
    }
  | { readonly type: "secret"; readonly secret: string };

export interface TeamsConfig {
  /** Ids of Entra are in lower case, here and in roles and people. */
  readonly appId: string;
  readonly tenantId: string;
  /** What people call the organization whose tenant it is. */
  readonly organization?: string | undefined;
  readonly auth: TeamsAuth;
  /** Where the Bot Framework publishes its keys. */
  readonly openIdMetadataUrl: string;
  /** Issuer of the tokens that come with Teams' requests. */
  readonly tokenIssuer: string;
  /** Where the bot's own tokens come from, without the tenant; `azure.authorityHost` by default. */
  readonly loginUrl: string;
  /** For what the bot's own tokens are made. */
  readonly scope: string;
  /** Whether Graph is asked which ids of roles are groups, and who is in them. */
  readonly groups: boolean;
  /** How the buttons of cards that act at once come back: by an invoke (`Action.Execute`), or as a message. */
  readonly actions: "execute" | "submit";
}

/** Everything the bot was told, validated and with every secret resolved. Never logged as a whole. */
export interface Config {
  readonly mode: Mode;
  readonly server: {
    readonly host: string;
    readonly port: number;
    readonly internalHost: string;
    readonly internalPort: number;
    readonly publicUrl?: string;
    /** Who may read what on the internal port. */
    readonly tokens: readonly ApiToken[];
  };
  readonly store: { readonly url: string; readonly ephemeral: boolean };
  readonly credentials: Readonly<Record<string, CredentialConfig>>;
  readonly registries: Readonly<Record<string, RegistryConfig>>;
  readonly azure: AzureConfig;
  readonly slack?: SlackConfig;
  /** Notify-only destinations by name: `slack-webhook:<name>` in routes. The URLs are secrets. */
  readonly slackWebhooks: Readonly<Record<string, string>>;
  readonly teams?: TeamsConfig;
  /** Notify-only destinations by name: `teams-workflow:<name>` in routes. The URLs are secrets. */
  readonly teamsWorkflows: Readonly<Record<string, string>>;
  /** Who is the same human on both platforms. */
  readonly people: readonly Person[];
  readonly roles: Readonly<Record<string, RoleConfig>>;
  readonly targets: Readonly<Record<string, Target>>;
  /** Weekly windows in which no target is deployed to: `Fri 16:00 - Mon 08:00 Europe/Berlin`. */
  readonly freeze: readonly string[];
  /** While a file of this name exists, nothing is deployed, rolled back, released or rejected. */
  readonly killSwitch?: string;
  /** How long sealed audit entries are kept, in ms. */
  readonly auditKeepMs: number;
  readonly routes: readonly Route[];
  readonly cards: {
    /** How long a push without a tag waits to be claimed by an index, in ms. */
    readonly settleMs: number;
  };
  /** Short hash of the configuration without its secrets; stands in every audit entry. */
  readonly revision: string;
}

export interface RoleConfig {
  readonly name: string;
  /** Slack user ids (U…, W…) and user group ids (S…). */
  readonly slack: readonly string[];
  /** Entra object ids of people and groups, in lower case; an id does not show which of the two it is. */
  readonly teams: readonly string[];
  /** Who is called by name when this role's approval is wanted: a Slack person or user group, an Entra user. */
  readonly notify: { readonly slack?: string; readonly teams?: string };
}

/** A bearer token of the internal port. */
export interface ApiToken {
  readonly name: string;
  readonly secret: string;
  readonly scopes: readonly ("status" | "audit")[];
}

/** Channels that any route names, each once. */
export function channelsOf(config: Pick<Config, "routes">): readonly ChannelId[] {
  return [...new Set(config.routes.flatMap((route) => route.to))];
}
