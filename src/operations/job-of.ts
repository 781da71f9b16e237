import type { Config } from "../config/config.ts";
import { isPlacing, type Operation } from "../nouns/operation.ts";
import { ownOf } from "../policy/question.ts";
import type { Job } from "./target-port.ts";

/** An operation as its target sees it; undefined if its registry is not configured any more, or it has no target. */
export function jobOf(
  operation: Pick<
    Operation,
    "id" | "kind" | "registry" | "repository" | "digest" | "tag" | "requestedBy" | "reason"
  >,
  config: Pick<Config, "registries">,
): Job | undefined {
  const { id, kind, registry, repository, digest, tag, requestedBy, reason } = operation;
  const known = ownOf(config.registries, registry);
  if (known === undefined || !isPlacing(kind)) return undefined;
  return {
    operationId: id,
    kind,
    image: { registry, loginServer: known.loginServer, repository, digest, tag },
    requestedBy: requestedBy.name,
    reason,
  };
}
