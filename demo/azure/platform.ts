import type { Access } from "./access.ts";

/** What every room of the simulated Azure works with. */
export type Platform = {
  readonly access: Access;
  readonly now: () => number;
  /** How long the platform takes to start something, in ms. */
  readonly workMs: number;
  /** Why this image does not run, if it does not. */
  readonly faultOf: (image: string) => ImageFault | undefined;
  readonly changed: () => void;
};

/** An image that a platform takes and that then does not run. */
export type ImageFault = {
  readonly why: string;
  /** `provisioning`: the platform gives it up before it starts; `start`, the default: it does not become ready. */
  readonly at?: "provisioning" | "start";
};

/** A resource's ARM id taken apart; `rest` is what follows the name, with its slash. */
export type ResourcePath = { readonly id: string; readonly name: string; readonly rest: string };

/** Reads `/subscriptions/…/providers/<type>/<name>…`, without regard to case as ARM does. */
export function readResourcePath(path: string, type: string): ResourcePath | undefined {
  const pattern = new RegExp(
    `^(/subscriptions/[^/]+/resourceGroups/[^/]+/providers/${type.replaceAll(".", "\\.")}/([^/]+))(/.*)?$`,
    "i",
  );
  const [, id, name, rest = ""] = pattern.exec(path) ?? [];
  return id === undefined || name === undefined ? undefined : { id, name: name.toLowerCase(), rest };
}
