const apiRoot = "/demo/api";

/** An answer of the demo's API, or the sentence to show when it refused or could not be reached. */
export type Answer =
  | { readonly ok: true; readonly body: unknown }
  | { readonly ok: false; readonly problem: string };

/** Gives the field `name` of anything, or undefined when that is no object or has no such field. */
export function fieldOf(value: unknown, name: string): unknown {
  return typeof value === "object" && value !== null ? Reflect.get(value, name) : undefined;
}

/** The sentence in an answer's `error` or `message`, else one that names the HTTP status. */
function problemIn(body: unknown, status: number): string {
  const said = fieldOf(body, "message") ?? fieldOf(body, "error");
  return typeof said === "string" && said !== "" ? said : `The demo server answered ${status}.`;
}

async function ask(path: string, init: RequestInit): Promise<Answer> {
  try {
    const response = await fetch(`${apiRoot}${path}`, init);
    const text = await response.text();
    const body: unknown = parse(text);
    return response.ok ? { ok: true, body } : { ok: false, problem: problemIn(body, response.status) };
  } catch {
    // fetch rejects only when there was no answer at all.
    return { ok: false, problem: "The demo server cannot be reached. Is it still running?" };
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // Slack's own acknowledgements may be empty or plain text, so a text is as good as JSON.
    return text;
  }
}

/** Posts JSON to the demo's API; never rejects. */
export function post(path: string, body: object): Promise<Answer> {
  return ask(path, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(body),
  });
}

/** Gets JSON from the demo's API; never rejects. */
export function get(path: string): Promise<Answer> {
  return ask(path, { method: "GET" });
}

/** Where the demo's API sends its state as server-sent events. */
export const eventsAddress = `${apiRoot}/events`;
