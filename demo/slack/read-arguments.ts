import type { IncomingHttpHeaders } from "node:http";
import { isObject, type JsonObject } from "../shared/json-object.ts";
import { SlackError } from "./slack-error.ts";

/** The arguments of one Web API call, as sent; strings from a form, any JSON from a JSON body. */
export type Arguments = JsonObject;

// The Web API takes these as JSON text inside a form field.
const jsonFields = new Set(["blocks", "attachments", "metadata", "view"]);

/**
 * The arguments of a call from its body and query: a form, or JSON. Throws `invalid_json` or
 * `invalid_form_data` as Slack does, and `invalid_blocks_format` where a field's JSON cannot be read.
 */
export function readArguments(body: string, headers: IncomingHttpHeaders, query: URLSearchParams): Arguments {
  const type = headers["content-type"] ?? "";
  const fromQuery = Object.fromEntries(query);
  if (type.startsWith("application/json")) return { ...fromQuery, ...parseObject(body) };
  if (body !== "" && !type.startsWith("application/x-www-form-urlencoded")) {
    throw new SlackError("invalid_post_type");
  }
  return decodeJsonFields({ ...fromQuery, ...Object.fromEntries(new URLSearchParams(body)) });
}

function parseObject(body: string): JsonObject {
  try {
    const parsed: unknown = JSON.parse(body);
    if (isObject(parsed)) return decodeJsonFields(parsed);
  } catch {
    // Not JSON: refused below with the same code as JSON that is no object.
  }
  throw new SlackError("invalid_json");
}

function decodeJsonFields(fields: JsonObject): JsonObject {
  return Object.fromEntries(
    Object.entries(fields).map(([name, value]) => {
      if (!jsonFields.has(name) || typeof value !== "string") return [name, value];
      try {
        return [name, JSON.parse(value)];
      } catch {
        throw new SlackError(name === "blocks" ? "invalid_blocks_format" : "invalid_arguments");
      }
    }),
  );
}

/** A text argument; undefined when it is absent or empty. */
export function findText(args: Arguments, name: string): string | undefined {
  const value = args[name];
  return typeof value === "string" && value !== "" ? value : undefined;
}

/** A text argument that must be there; throws `code` (default `invalid_arguments`, naming the field). */
export function getText(args: Arguments, name: string, code?: string): string {
  const value = findText(args, name);
  if (value !== undefined) return value;
  if (code !== undefined) throw new SlackError(code);
  const message = `[ERROR] missing required field: ${name}`;
  throw new SlackError("invalid_arguments", { response_metadata: { messages: [message] } });
}

/** A boolean argument: JSON's own, or a form's `true` and `1`. */
export function flag(args: Arguments, name: string): boolean {
  const value = args[name];
  return value === true || value === 1 || value === "true" || value === "1";
}

/** A number argument; `fallback` when it is absent or no number. */
export function number(args: Arguments, name: string, fallback: number): number {
  const value = Number(args[name] ?? fallback);
  return Number.isFinite(value) ? value : fallback;
}
