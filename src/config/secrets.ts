import type { Target } from "../nouns/target.ts";
import type { Config } from "./config.ts";
import { isSecretKey } from "./parts/schema-parts.ts";
import { isLongEnoughToHide } from "./targets/target-form.ts";
import { formOf } from "./targets/target-forms.ts";

/** Every secret's value that the configuration holds, so that the logger can keep each of them out of every line. */
export function secretsOf(config: Config): readonly string[] {
  const { targets, slackWebhooks, teamsWorkflows, store, ...rest } = config;
  return [
    ...textsUnderSecretKeys(rest),
    ...Object.values(targets).flatMap(secretsOfTarget),
    ...Object.values(slackWebhooks),
    ...Object.values(teamsWorkflows).flatMap((one) => [one, ...signatureOf(one)]),
    ...(store.url.startsWith("sqlite:") ? [] : [store.url]),
  ];
}

function textsUnderSecretKeys(value: object): readonly string[] {
  return Object.entries(value).flatMap(([key, one]: [string, unknown]) => {
    if (isSecretKey(key)) return [one].flat().filter((text) => typeof text === "string");
    return typeof one === "object" && one !== null ? textsUnderSecretKeys(one) : [];
  });
}

/** Every secret's value that one target's configuration holds. */
export function secretsOfTarget(target: Target): readonly string[] {
  return formOf(target.type).secrets(target);
}

/** The signature in a workflow's address, as written and decoded: whoever has it and the flow's id may post. */
function signatureOf(address: string): readonly string[] {
  const written = /[?&]sig=([^&]+)/.exec(address)?.[1];
  const decoded = URL.parse(address)?.searchParams.get("sig");
  return [...new Set([written ?? "", decoded ?? ""])].filter(isLongEnoughToHide);
}
