import { isObject, parseObject } from "../shared/json-object.ts";
/** What is wrong with these details by ACR's closed schema (quarantine-details/schema.json), or undefined. */
export function quarantineDetailsProblem(details: string): string | undefined {
  const value = parseObject(details);
  if (value === undefined) return "not a JSON object";
  for (const [key, item] of Object.entries(value)) {
    if (key === "result") continue;
    if (key !== "scanner" && key !== "state" && key !== "link")
      return `unknown property "${key.slice(0, 60)}"`;
    if (typeof item !== "string") return `${key} is not a string`;
  }
  return value.result === undefined ? undefined : resultProblem(value.result);
}

const severities: readonly unknown[] = ["Critical", "High", "Medium", "Low", "None"];
const maxSummaryItems = 5;
const maxDescriptionLength = 1024;

function resultProblem(result: unknown): string | undefined {
  if (!isObject(result)) return "result is not an object";
  const { version, summary, description } = result;
  if (typeof version !== "string") return "result.version is not a string";
  if (!Array.isArray(summary)) return "result.summary is not an array";
  if (summary.length > maxSummaryItems) return `result.summary has more than ${maxSummaryItems} items`;
  for (const item of summary as readonly unknown[]) {
    if (!isObject(item)) return "result.summary holds something that is not an object";
    if (item.severity !== undefined && !severities.includes(item.severity)) return "unknown severity";
    if (item.count !== undefined && !Number.isInteger(item.count)) return "count is not an integer";
  }
  if (description === undefined) return undefined;
  if (typeof description !== "string") return "result.description is not a string";
  // JSON Schema counts characters (code points), not UTF-16 units.
  return [...description].length > maxDescriptionLength
    ? `result.description is longer than ${maxDescriptionLength}`
    : undefined;
}
