import { ArmError } from "../registry/arm-error.ts";
import type { Call } from "../shared/http-call.ts";

/** An object of JSON. */
export type Json = { readonly [key: string]: unknown };

const maxBodyBytes = 1024 * 1024;

/** The body of a call as an object; 415 for another content type, 400 for anything that is no object. */
export async function readJson(call: Call): Promise<Json> {
  const type = (call.headers["content-type"] ?? "").split(";")[0]?.trim().toLowerCase();
  if (type !== "application/json" && type !== "application/merge-patch+json") {
    const message = `The content media type '${type?.slice(0, 60)}' is not supported. Only 'application/json' is supported.`;
    throw new ArmError(415, "UnsupportedMediaType", message);
  }
  const body = await call.readBody(maxBodyBytes);
  try {
    const value: unknown = JSON.parse(body.toString("utf8"));
    if (isObject(value)) return value;
  } catch {
    // Said below.
  }
  throw new ArmError(
    400,
    "InvalidRequestContent",
    "The request content was invalid and could not be deserialized.",
  );
}

/** Whether a value is an object and no list. */
export function isObject(value: unknown): value is Json {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** The object under a key, or an empty one. */
export function objectAt(value: unknown, key: string): Json {
  const found = isObject(value) ? value[key] : undefined;
  return isObject(found) ? found : {};
}

/** RFC 7396: objects are merged, null removes, everything else, lists too, is replaced as a whole. */
export function mergePatch(target: unknown, patch: unknown): unknown {
  if (!isObject(patch)) return patch;
  const merged: Record<string, unknown> = { ...(isObject(target) ? target : {}) };
  for (const [key, value] of Object.entries(patch)) {
    if (value === null) delete merged[key];
    else merged[key] = mergePatch(merged[key], value);
  }
  return merged;
}
