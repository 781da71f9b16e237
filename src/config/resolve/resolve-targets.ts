import type { Target } from "../../nouns/target.ts";
import type { Approvals } from "../../nouns/target-base.ts";
import { present } from "../../present.ts";
import type { Config } from "../config.ts";
import { durationMs } from "../duration.ts";
import type { ConfigFile } from "../schema/config-schema.ts";
import { formOf, type TargetFile } from "../targets/target-forms.ts";
import { byName } from "./by-name.ts";
import { targetRevisionOf } from "./revisions.ts";

/** Targets with their defaults filled in, lengths of time in ms, and the revision of each. */
export function resolveTargets(
  given: ConfigFile["targets"],
  registries: Config["registries"],
): Readonly<Record<string, Target>> {
  return byName(given, (name, file): Target => {
    const target = { ...baseOf(name, file), ...formOf(file.type).resolve(file) };
    return { ...target, revision: targetRevisionOf(target, registries) };
  });
}

/** A window or a list of them, as a list. */
export function windowsOf(given: string | readonly string[]): readonly string[] {
  return typeof given === "string" ? [given] : given;
}

function baseOf(name: string, file: TargetFile) {
  const { registry, repositories, allow, approvals, after, mode, timeout } = file;
  const { rollbackInFreeze, rollbackOnFailure, replaces, logs } = file;
  return {
    name,
    registry,
    repositories,
    allow: { ...allow, lock: allow.lock ?? allow.deploy },
    ...present({
      approvals: approvals && approvalsOf(approvals),
      after: after && { target: after.target, soakMs: durationMs(after.soak) },
      mode,
    }),
    freeze: windowsOf(file.freeze),
    rollbackInFreeze,
    timeoutMs: timeout === undefined ? formOf(file.type).timeoutMs : durationMs(timeout),
    rollbackOnFailure,
    replaces,
    logs,
  };
}

function approvalsOf({ count, from, expires, rollback }: NonNullable<TargetFile["approvals"]>): Approvals {
  const asked = rollback !== undefined && rollback.count > 0;
  const back = asked ? { count: rollback.count, from: rollback.from ?? from } : undefined;
  return { count, from, expiresMs: durationMs(expires), ...present({ rollback: back }) };
}
