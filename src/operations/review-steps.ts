import { hasCode, orNothing } from "../errors.ts";
import type { Operation } from "../nouns/operation.ts";
import { buildQuarantineDetails } from "../registry/build-quarantine-details.ts";
import type { ManifestAttributes, QuarantineReviewer } from "../registry/registry-port.ts";
import type { Step } from "./target-port.ts";

/**
 * The steps that release or reject a quarantined manifest by the documented PATCH. Quarantine is kept per digest, so the
 * platform manifests of an index, which its bytes pin, are set before the index itself. Setting a state twice is as once.
 */
export function reviewSteps(
  operation: Operation,
  reviewer: QuarantineReviewer,
  children: readonly string[],
): readonly Step[] {
  const state = operation.kind === "release" ? "Passed" : "Failed";
  return [
    {
      name: "read",
      says: "read its quarantine",
      changes: false,
      run: async ({ signal }) => {
        const attributes = await reviewer.readAttributes(operation.repository, operation.digest, { signal });
        const outcome = whyNoMore(operation, attributes);
        return outcome === undefined ? { kind: "done" } : { kind: "failed", outcome };
      },
    },
    {
      name: "set",
      says: operation.kind === "release" ? "release it" : "reject it",
      changes: true,
      run: async ({ signal }) => {
        const details = detailsOf(operation);
        const set = async (digest: string): Promise<true> => {
          await reviewer.setQuarantine(operation.repository, digest, state, details, { signal });
          return true;
        };
        let count = 0;
        for (const child of children) {
          // An index may name platforms that were never pushed here; the index itself is what people pull.
          const isSet = await orNothing(set(child), (error) => hasCode(error, "registry-not-found"));
          if (isSet) count += 1;
        }
        await set(operation.digest);
        return { kind: "done", outcome: count === 0 ? "" : `its ${count} platform manifests too` };
      },
    },
  ];
}

function whyNoMore(
  { kind, expectedQuarantine }: Operation,
  attributes: ManifestAttributes | undefined,
): string | undefined {
  if (attributes === undefined) return "the registry does not have this manifest any more";
  // Somebody else decided, outside of chat: their decision stands until a person asks again.
  const { quarantineState } = attributes;
  if (kind === "reject" && quarantineState === "Passed") return "it has been released in the meantime";
  const isRejected = kind === "release" && expectedQuarantine === "held" && quarantineState === "Failed";
  return isRejected ? "it has been rejected in the meantime" : undefined;
}

function detailsOf(operation: Operation): string {
  return buildQuarantineDetails({
    state: operation.kind === "release" ? "Passed" : "Failed",
    by: `${operation.requestedBy.name} (${operation.requestedBy.platform} ${operation.requestedBy.userId})`,
    reason: operation.reason ?? "",
  });
}
