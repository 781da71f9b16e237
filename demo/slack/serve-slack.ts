import type { Faults } from "../shared/faults.ts";
import { BadCall, type Call } from "../shared/http-call.ts";
import { isObject } from "../shared/json-object.ts";
import { type LoopbackServer, serveCalls } from "../shared/serve-calls.ts";
import type { RecordedCall, SlackFault } from "./recorded-call.ts";
import type { ResponseUrls } from "./response-urls.ts";
import type { SlackState } from "./state.ts";
import type { createWebApi } from "./web-api.ts";
import { refusalBody } from "./web-api.ts";

/** What the server needs. */
export type ServeDeps = {
  readonly state: SlackState;
  readonly api: ReturnType<typeof createWebApi>;
  readonly responseUrls: ResponseUrls;
  readonly faults: Faults<SlackFault>;
  readonly record: (call: RecordedCall) => void;
};

/** One request; `method` is a Web API method, `response_url`, or undefined: nothing is there. */
type Asked = Omit<Call, "method"> & { readonly method: string | undefined; readonly body: string };

// Far above what a message may hold; a double must not be a way to fill the memory either.
const largestBodyBytes = 1_000_000;

/** Starts the loopback server for `/api/<method>` and response_urls, with the faults that were ordered. */
export function serveSlack(deps: ServeDeps): Promise<LoopbackServer> {
  const { state, api, responseUrls, faults } = deps;
  return serveCalls<Asked, SlackFault>({
    port: state.world.port,
    read: async (call) => ({
      ...call,
      method: methodOf(call),
      body: (await call.readBody(largestBodyBytes)).toString("utf8"),
    }),
    strike: ({ method, ...asked }) =>
      method === undefined
        ? undefined
        : faults.strike(
            (order) =>
              [method, "*"].includes(order.method) &&
              (order.users?.includes(String(api.peek({ ...asked, method }).user)) ?? true),
          ),
    answer: ({ method, ...asked }) => {
      if (method === undefined) return { status: 404, body: "not_found" };
      if (method === "response_url") return responseUrls.handle(asked.path, asked.body);
      return api.handle({ ...asked, method });
    },
    wrong: ({ error = "internal_error" }, status) => ({
      status,
      body: refusalBody(status === 429 ? "ratelimited" : error),
    }),
    refuse: (error) => {
      if (error instanceof BadCall) return { status: error.status, body: "request_too_large" };
      throw error;
    },
    heard: ({ method, ...asked }, reply) => {
      if (method === undefined) return;
      const body = method === "response_url" ? { body: asked.body } : api.peek({ ...asked, method });
      const said = reply?.body;
      const error = isObject(said) && typeof said.error === "string" ? { error: said.error } : {};
      deps.record({ method, body, at: state.world.now(), status: reply?.status ?? 0, ...error });
      state.changed();
    },
  });
}

function methodOf({ method, path }: Call): string | undefined {
  const apiMethod = /^\/api\/([A-Za-z.]+)$/.exec(path)?.[1];
  return apiMethod ?? (method === "POST" && path.startsWith("/actions/") ? "response_url" : undefined);
}
