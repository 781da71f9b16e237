import { AzureRefusal } from "../../azure/azure-refusal.ts";
import { writeDeadlineMs } from "../../outgoing/deadline.ts";
import type { QuarantineReviewer } from "../registry-port.ts";
import type { AcrConnection } from "./acr-connection.ts";
import { attributesPath, createAttributes } from "./manifest-attributes.ts";

/** Releases and rejects quarantined images, with an identity that has AcrQuarantineWriter (acr-facts 4.3). */
export function createReviewer(connection: AcrConnection): QuarantineReviewer {
  return {
    readAttributes: createAttributes(connection),
    setQuarantine(repository, digest, state, details, options) {
      const doing = `mark ${repository}@${digest} as ${state}`;
      const kind = { doing, right: "review", deadlineMs: writeDeadlineMs } as const;
      return connection.run(kind, options, async (signal) => {
        const call = {
          method: "PATCH",
          path: attributesPath(repository, digest),
          json: { quarantineState: state, quarantineDetails: details },
          signal,
        } as const;
        try {
          await connection.send(call);
        } catch (error) {
          if (!(error instanceof AzureRefusal) || (error.status !== 401 && error.status !== 403)) throw error;
          // ACR's quarantine document asks for this scope, whatever the challenge says.
          await connection.send({ ...call, scope: `repository:${repository}:pull,push` });
        }
      });
    },
  };
}
