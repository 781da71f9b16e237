/** What a registry can say. `ping` is ARM's test call; the chart actions belong to the retired Helm 2 repositories. */
export const actions = ["push", "delete", "quarantine", "chart_push", "chart_delete", "ping"] as const;
export type Action = (typeof actions)[number];

/** How an event reached us. */
export type Way = "webhook" | "eventgrid" | "listEvents";

/**
 * What a registry said, normalised from the native webhook, Event Grid or `listEvents`.
 * Everything in it is hostile text until the registry itself has confirmed it.
 */
export interface RegistryEvent {
  /** Short name of the registry in the configuration: the one of the URL whose secret was given. */
  readonly registry: string;
  readonly id: string;
  readonly action: Action;
  /** When it happened by the registry's clock, in ms since the epoch. */
  readonly occurredAt: number;
  /** Absent for `ping` only. */
  readonly repository?: string;
  /** `sha256:…`; absent for `ping`, and where a whole repository was deleted. */
  readonly digest?: string;
  /** Absent when pushed by digest, and for every delete. */
  readonly tag?: string;
  readonly mediaType?: string;
  /** Size of the manifest (not of the image), in bytes. */
  readonly manifestBytes?: number;
  readonly userAgent?: string;
  /** The host name that the pusher used: global, regional, with a domain name label. */
  readonly host?: string;
  readonly chart?: { readonly name: string; readonly version?: string };
  /** Name of the connected registry that it happened on. */
  readonly connectedRegistry?: string;
}

/** One arrival of an event. Its key in the store is (registry, occurredAt, id, way, region). */
export interface Sighting {
  readonly event: RegistryEvent;
  readonly way: Way;
  /** From the URL of the regional webhook or from Event Grid; empty when not known. */
  readonly region: string;
  readonly receivedAt: number;
}
