import { nearestName } from "../nearest-name.ts";
import type { Finding } from "../read/finding.ts";
import { entriesOf, textAt, valueAt } from "../read/tree.ts";
import { targetBase } from "../targets/schema-target-base.ts";
import { formOf, meantType, targetTypes } from "../targets/target-forms.ts";

const credentialTypes = [
  "managed-identity",
  "workload-identity",
  "certificate",
  "secret",
  "default",
] as const;
const credentialKeys = ["clientId", "tenantId", "path", "secret"];
const targetKeys = targetTypes.flatMap((type) => Object.keys(formOf(type).schema.shape));

/** A configuration in which every `type` that is none is one, so that what stands behind it is checked all the same. */
export interface Guessed {
  readonly value: unknown;
  /** Whether something found in it is wrong whatever the type is: it is no consequence of the guess. */
  readonly holds: (finding: Finding) => boolean;
}

/**
 * Puts the type that is probably meant in the place of one that is none. Of a target whose type is like none, only the
 * keys are looked at that all targets have. Undefined: all types are right.
 */
export function guessTypes(value: unknown): Guessed | undefined {
  const targets = entriesOf(valueAt(value, ["targets"])).flatMap(([name, target]) => {
    const isOne = targetTypes.some((type) => type === textAt(target, ["type"]));
    if (isOne || !isMapping(target)) return [];
    const meant = meantType(valueAt(target, ["type"]));
    return [{ name, isMeant: meant !== undefined, entry: { ...target, type: meant ?? targetTypes[0] } }];
  });
  const credentials = entriesOf(valueAt(value, ["credentials"])).flatMap(([name, credential]) => {
    const type = textAt(credential, ["type"]) ?? "";
    const meant = nearestName(type, credentialTypes);
    const isOne = meant === undefined || meant === type;
    return isOne || !isMapping(credential) ? [] : [{ name, entry: { ...credential, type: meant } }];
  });
  if (targets.length + credentials.length === 0 || !isMapping(value)) return undefined;
  const guessed = {
    ...value,
    ...(targets.length === 0 ? {} : { targets: replaced(value, "targets", targets) }),
    ...(credentials.length === 0 ? {} : { credentials: replaced(value, "credentials", credentials) }),
  };
  const holds = (finding: Finding): boolean => {
    const [section, name, key] = finding.path;
    const target = section === "targets" ? targets.find((one) => one.name === name) : undefined;
    if (target !== undefined && typeof key === "string" && Object.hasOwn(targetBase, key)) return true;
    if (target !== undefined) return target.isMeant && isWrongAnyway(finding, value, targetKeys);
    const isCredential = section === "credentials" && credentials.some((one) => one.name === name);
    return !isCredential || isWrongAnyway(finding, value, credentialKeys);
  };
  return { value: guessed, holds };
}

/** Not what is only missing for the type that was guessed, nor a key that another type has. */
function isWrongAnyway({ path, atKey }: Finding, value: unknown, known: readonly string[]): boolean {
  const key = path[2];
  if (typeof key !== "string" || valueAt(value, path) === undefined) return false;
  return !(atKey === true && path.length === 3 && known.includes(key));
}

function replaced(
  value: unknown,
  section: string,
  entries: readonly { readonly name: string; readonly entry: object }[],
): object {
  const given = entriesOf(valueAt(value, [section]));
  return Object.fromEntries([...given, ...entries.map(({ name, entry }) => [name, entry] as const)]);
}

function isMapping(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
