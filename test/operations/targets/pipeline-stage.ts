import { azureOf } from "../../../src/config/clouds.ts";
import type { TargetDeps } from "../../../src/operations/target-deps.ts";
import type { Job, TargetPort } from "../../../src/operations/target-port.ts";
import { targetDefaults } from "../../support/a-target.ts";
import { aJob } from "../../support/azure-target.ts";
import type { ManualClock } from "../../support/manual-clock.ts";

export const digest = `sha256:${"ab".repeat(32)}`;
export const operationId = "0198f000-0000-7000-8000-000000000009";

/** What a target has besides its type's own. */
export const targetBase = { ...targetDefaults, name: "production" } as const;

/** A deploy of shop/checkout. */
export function jobOf(id = operationId, kind: Job["kind"] = "deploy"): Job {
  return aJob(id, { kind, digest });
}

/** What pipeline targets are made with: an identity that has one token, and no registry. */
export function depsOf(clock: ManualClock, token = "devops-token"): TargetDeps {
  return {
    accessTo: () => {
      throw new Error("pipelines read no registry");
    },
    registries: {},
    azure: azureOf({ cloud: "public" }),
    credentials: {
      get: () => ({ getToken: async () => ({ token, expiresOnTimestamp: clock.now() + 3_600_000 }) }),
    },
    now: clock.now,
  };
}

/** The same target, each of whose runs begins a lease (a minute and more) after the one before it. */
export function afterLease(port: TargetPort, clock: ManualClock): TargetPort {
  return {
    ...port,
    steps(job) {
      clock.advance(90_000);
      return port.steps(job);
    },
  };
}
