import * as grammar from "../parts/grammar.ts";
import * as part from "../parts/schema-parts.ts";
import { type Finding, ofValue } from "../read/finding.ts";
import { textAt } from "../read/tree.ts";
import type { TargetPlace } from "./target-form.ts";

export const credentialKey = part
  .boundedText("must be the name of an entry under credentials", 50, grammar.shortName)
  .describe("The entry of credentials that it deploys with.");

/**
 * The key of an ARM id of something in a resource group: `/providers/Microsoft.Web/sites/<name>`. ARM compares ids without
 * regard to case and gives some of them back in lower case, so capitals may be small.
 */
export function armIdKey(what: string, belowGroup: string) {
  const group = `${inEitherCase("/subscriptions/")}${segment}${inEitherCase("/resourceGroups/")}${segment}`;
  const below = belowGroup.split(/<\w+>/).map(inEitherCase).join(segment);
  const right = `must be the ARM id of ${what}: /subscriptions/…/resourceGroups/…${belowGroup}`;
  // No flags: the pattern also stands in the JSON Schema, which has none.
  return part.boundedText(right, 600, new RegExp(`^${group}${below}$`));
}

const segment = "[^/\\s?#%]{1,260}";

function inEitherCase(text: string): string {
  return text.replace(/[A-Z.]/g, (sign) => (sign === "." ? "\\." : `[${sign}${sign.toLowerCase()}]`));
}

// On App Service, Container Apps and Kubernetes alike: RFC 1123 labels, or nearly.
const containerPattern = /^[A-Za-z0-9](?:[A-Za-z0-9_-]{0,61}[A-Za-z0-9])?$/;
export const containerKey = part.boundedText("must be a container's name", 63, containerPattern);

/** The place of an app's container. Azure tells none of its names apart by case. */
export function appPlaceOf(target: unknown): TargetPlace | undefined {
  const parts = ["type", "app", "slot", "container"].map((key) => textAt(target, [key])?.toLowerCase());
  return textAt(target, ["app"]) === undefined ? undefined : { key: "app", parts };
}

interface AppFile {
  readonly app: string;
  readonly slot?: string | undefined;
  readonly container?: string | undefined;
}

/** Two of one app of which one names no container; that both name the same, or none, is an error already. */
export function overlapOfApps(one: AppFile, other: AppFile, name: string): readonly Finding[] {
  const isSame =
    one.app.toLowerCase() === other.app.toLowerCase() &&
    one.slot?.toLowerCase() === other.slot?.toLowerCase() &&
    (one.container === undefined) !== (other.container === undefined);
  return ofValue(
    ["app"],
    isSame && `may be the place of ${name} as well, for one of the two names no container`,
  );
}
