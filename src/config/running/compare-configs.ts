import { isDeepStrictEqual } from "node:util";
import { present } from "../../present.ts";
import type { Config } from "../config.ts";
import { revisionOf } from "../resolve/revisions.ts";

/** The keys of acr-chatops.yaml for parts of the configuration that have other names. */
const keyOf: Readonly<Record<string, string>> = {
  slackWebhooks: "slack.webhooks",
  teamsWorkflows: "teams.workflows",
  auditKeepMs: "audit",
} satisfies Partial<Record<keyof Config, string>>;

/** The keys of the file under which two configurations differ, secrets included; never a value. */
export function changedKeys(before: Config, after: Config): readonly string[] {
  const { revision: _, ...parts } = { ...before, ...after };
  return Object.keys(parts)
    .filter((part) => !isDeepStrictEqual(Reflect.get(before, part), Reflect.get(after, part)))
    .map((part) => keyOf[part] ?? part);
}

/** What a process cannot change while it runs: where it listens, its store, its Azure cloud and its chat apps. */
function fixedParts({ server, store, azure, slack, teams }: Config) {
  const { tokens, publicUrl, ...listening } = server;
  return { server: listening, store, azure, slack, teams };
}

/** The keys of `next` that a process running on `running` takes up only at its next start; never a value. */
export function keysThatNeedRestart(running: Config, next: Config): readonly string[] {
  const [now, then] = [fixedParts(running), fixedParts(next)];
  return Object.keys(now).flatMap((part) =>
    differences(part, Reflect.get(now, part), Reflect.get(then, part)),
  );
}

function differences(name: string, now: object | undefined, then: object | undefined): readonly string[] {
  if (now === undefined || then === undefined) return now === then ? [] : [name];
  return [...new Set([...Object.keys(now), ...Object.keys(then)])]
    .filter((key) => !isDeepStrictEqual(Reflect.get(now, key), Reflect.get(then, key)))
    .map((key) => `${name}.${key}`);
}

/** `next` with the parts that `running` cannot change, and with a revision of its own. */
export function withFixedParts(running: Config, next: Config): Config {
  const { slack, teams, revision, ...rest } = next;
  const { server, store, azure } = fixedParts(running);
  const settings = {
    ...rest,
    server: { ...next.server, ...server },
    store,
    azure,
    ...present({ slack: running.slack, teams: running.teams }),
  };
  return { ...settings, revision: revisionOf(settings) };
}
