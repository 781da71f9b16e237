import { Refusal } from "../shared/refusal.ts";

// Text of Azure/azure-sdk-for-net#22827; the same for locks, quarantine and a full registry.
const disallowedText =
  "The operation is disallowed on this registry, repository or image. View troubleshooting steps at https://aka.ms/acr/faq/#why-does-my-pull-or-push-request-fail-with-disallowed-operation";

/** A refusal of the data plane, in the shape `{"errors":[{"code","message","detail"}]}` that ACR and OCI share. */
export class RegistryError extends Refusal {
  readonly detail: unknown;

  constructor(
    status: number,
    code: string,
    message: string,
    more: { readonly detail?: unknown; readonly headers?: Readonly<Record<string, string>> } = {},
  ) {
    super(status, code, message, more.headers);
    this.detail = more.detail ?? {};
  }
}

/** 405 as ACR gives it for a locked item, a blocked image and a full registry (acr-facts 4.5). */
export function disallowed(): RegistryError {
  return new RegistryError(405, "REGISTRY_DISALLOWED_OPERATION", disallowedText);
}

/** 404 for a tag or digest that this caller cannot see. */
export function manifestUnknown(
  reference: string,
  message = `manifest tagged by "${reference}" is not found`,
): RegistryError {
  return new RegistryError(404, "MANIFEST_UNKNOWN", message, { detail: { Reference: reference } });
}

/** 404 for a repository that does not exist. */
export function nameUnknown(name: string): RegistryError {
  return new RegistryError(404, "NAME_UNKNOWN", "repository name not known to registry", {
    detail: { name },
  });
}

/** 403 for a caller who is known but lacks a role, as ACR words it. */
export function denied(): RegistryError {
  return new RegistryError(403, "DENIED", "requested access to the resource is denied");
}
