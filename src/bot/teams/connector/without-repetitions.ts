import type { Agent } from "node:http";

// Names in @azure/core-rest-pipeline. The second would carry the bot's token to wherever an answer points.
const unwanted = ["defaultRetryPolicy", "redirectPolicy"];

interface Sent {
  readonly url: string;
  agent?: Agent;
}

interface Pipeline {
  removePolicy(options: { readonly name: string }): readonly { readonly name: string }[];
  addPolicy(policy: {
    readonly name: string;
    readonly sendRequest: <T>(request: Sent, next: (request: Sent) => Promise<T>) => Promise<T>;
  }): void;
}

/**
 * The same client of the Bot Connector, which now neither repeats a call nor follows a redirect, and takes the agents
 * that it is given: it knows proxies, but reads NO_PROXY in its own way. This reaches into the
 * client, because `noRetryPolicy` and `retryOptions` are ignored (platform-facts, measured); throws a TypeError when
 * what it looks for is not there any more, so that no message doubles silently after an update.
 */
export function withoutRepetitions<T extends object>(connector: T, agentOf: (url: URL) => Agent): T {
  const inner: unknown = Reflect.get(connector, "client");
  const pipeline: unknown =
    typeof inner === "object" && inner !== null ? Reflect.get(inner, "pipeline") : undefined;
  if (!isPipeline(pipeline)) throw new TypeError("the connector's client has no pipeline any more");
  for (const name of unwanted)
    if (pipeline.removePolicy({ name }).length === 0)
      throw new TypeError(`the connector's client has no ${name} any more`);
  pipeline.addPolicy({
    name: "ourAgent",
    sendRequest: (request, next) => next(Object.assign(request, { agent: agentOf(new URL(request.url)) })),
  });
  return connector;
}

function isPipeline(value: unknown): value is Pipeline {
  return typeof value === "object" && value !== null && "removePolicy" in value && "addPolicy" in value;
}
