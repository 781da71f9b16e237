import { isObject } from "../shared/json-object.ts";

/** Reports one thing that is wrong at a JSON pointer. */
export type Report = (pointer: string, problem: string) => void;

/** Looks at one value and reports what Slack would refuse in it. */
export type Check = (value: unknown, pointer: string, report: Report) => void;

/** Length as Slack counts it: code points, so an emoji outside the first plane is one. */
export function codePoints(text: string): number {
  return [...text].length;
}

/** A string of `min` to `max` code points. The wording is Slack's own ("must be less than 3001 characters"). */
export function string(max: number, min = 1): Check {
  return (value, pointer, report) => {
    if (typeof value !== "string") return report(pointer, "must provide a string");
    const length = codePoints(value);
    if (length < min) report(pointer, `must be more than ${min - 1} characters`);
    if (length > max) report(pointer, `must be less than ${max + 1} characters`);
  };
}

/** Any string, empty or long. */
export const anyString: Check = (value, pointer, report) => {
  if (typeof value !== "string") report(pointer, "must provide a string");
};

/** A boolean. */
export const boolean: Check = (value, pointer, report) => {
  if (typeof value !== "boolean") report(pointer, "must provide a boolean");
};

/** A whole number within bounds. */
export function integer(min: number, max: number): Check {
  return (value, pointer, report) => {
    if (!Number.isInteger(value)) return report(pointer, "must provide an integer");
    if (Number(value) < min || Number(value) > max) report(pointer, `must be between ${min} and ${max}`);
  };
}

/** One of a fixed set of strings. */
export function oneOf(...allowed: readonly string[]): Check {
  return (value, pointer, report) => {
    if (typeof value !== "string" || !allowed.includes(value)) report(pointer, "must be a valid enum value");
  };
}

/** An http or https address of at most `max` code points; `javascript:` and relative ones are refused. */
export function httpUrl(max: number): Check {
  const length = string(max);
  return (value, pointer, report) => {
    length(value, pointer, report);
    if (typeof value !== "string") return;
    const parsed = URL.canParse(value) ? new URL(value) : undefined;
    if (parsed?.protocol !== "http:" && parsed?.protocol !== "https:") report(pointer, "invalid url");
  };
}

/** A list of `min` to `max` items, each passing `item`. */
export function list(min: number, max: number, item: Check): Check {
  return (value, pointer, report) => {
    if (!Array.isArray(value)) return report(pointer, "must provide an array");
    if (value.length < min) report(pointer, `must provide at least ${min} items`);
    if (value.length > max) report(pointer, `no more than ${max} items allowed`);
    value.forEach((entry, index) => {
      item(entry, `${pointer}/${index}`, report);
    });
  };
}

/** An object with exactly these properties; the ones in `required` must be there. Null is not "absent". */
export function object(required: Readonly<Record<string, Check>>, optional: Readonly<Record<string, Check>>) {
  const check: Check = (value, pointer, report) => {
    if (!isObject(value)) return report(pointer, "must provide an object");
    for (const name of Object.keys(required)) {
      if (value[name] === undefined) report(pointer, `missing required field: ${name}`);
    }
    for (const [name, entry] of Object.entries(value)) {
      if (entry === undefined) continue;
      const known = Object.hasOwn(required, name) ? required[name] : undefined;
      const inner = known ?? (Object.hasOwn(optional, name) ? optional[name] : undefined);
      if (inner === undefined) report(pointer, `invalid additional property: ${name}`);
      else inner(entry, `${pointer}/${name}`, report);
    }
  };
  return check;
}

/** Chooses the check by the object's `type`; a type that is not in the table is unsupported here. */
export function byType(table: Readonly<Record<string, Check>>): Check {
  return (value, pointer, report) => {
    if (!isObject(value)) return report(pointer, "must provide an object");
    if (value.type === undefined) return report(pointer, "missing required field: type");
    const type = String(value.type);
    const check = Object.hasOwn(table, type) ? table[type] : undefined;
    if (check === undefined) return report(`${pointer}/type`, `unsupported type: ${type}`);
    check(value, pointer, report);
  };
}

/** All of the checks, one after the other. */
export function all(...checks: readonly Check[]): Check {
  return (value, pointer, report) => {
    for (const check of checks) check(value, pointer, report);
  };
}
