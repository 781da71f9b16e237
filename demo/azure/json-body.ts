import { ArmError } from "../registry/arm-error.ts";
import type { Call } from "../shared/http-call.ts";
import { isObject, type JsonObject, parseObject } from "../shared/json-object.ts";

const maxBodyBytes = 1024 * 1024;

/** The body of a call as an object; 415 for another content type, 400 for anything that is no object. */
export async function readJson(call: Call): Promise<JsonObject> {
  const type = (call.headers["content-type"] ?? "").split(";")[0]?.trim().toLowerCase();
  if (type !== "application/json" && type !== "application/merge-patch+json") {
    const message = `The content media type '${type?.slice(0, 60)}' is not supported. Only 'application/json' is supported.`;
    throw new ArmError(415, "UnsupportedMediaType", message);
  }
  const value = parseObject((await call.readBody(maxBodyBytes)).toString("utf8"));
  if (value !== undefined) return value;
  throw new ArmError(
    400,
    "InvalidRequestContent",
    "The request content was invalid and could not be deserialized.",
  );
}

/** The object under a key, or an empty one. */
export function objectAt(value: unknown, key: string): JsonObject {
  const found = isObject(value) ? value[key] : undefined;
  return isObject(found) ? found : {};
}
