/** What a caller may do: actions of data plane scopes, the two quarantine roles, and ARM's actions on webhooks and for imports. */
export type Right =
  | "pull"
  | "push"
  | "delete"
  | "metadata_read"
  | "metadata_write"
  | "catalog"
  | "quarantine_read"
  | "quarantine_write"
  | "webhooks/read"
  | "webhooks/ping/action"
  | "webhooks/listEvents/action"
  | "webhooks/getCallbackConfig/action"
  | "importImage/action";

/** All rights, as the bot's identity has them unless an option takes some away. */
export const allRights: readonly Right[] = [
  "pull",
  "push",
  "delete",
  "metadata_read",
  "metadata_write",
  "catalog",
  "quarantine_read",
  "quarantine_write",
  "webhooks/read",
  "webhooks/ping/action",
  "webhooks/listEvents/action",
  "webhooks/getCallbackConfig/action",
  "importImage/action",
];

/** A managed identity of the simulated tenant; the first one is the system-assigned one. */
export type Identity = {
  readonly clientId: string;
  readonly rights: readonly Right[];
};
