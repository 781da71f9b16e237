import type { Credentials } from "../azure/credentials.ts";
import type { Config } from "../config/config.ts";
import type { RegistryAccess } from "../registry/registries.ts";

/** What targets are made with. Each uses the identity that its configuration names, and nothing wider. */
export interface TargetDeps {
  readonly accessTo: (registry: string) => RegistryAccess;
  readonly registries: Config["registries"];
  readonly azure: Config["azure"];
  readonly credentials: Credentials;
  /** Ms since the epoch. */
  readonly now: () => number;
}

/** What calls by an identity are made with. */
export type IdentityDeps = Pick<TargetDeps, "azure" | "credentials" | "now">;
