// Names in @azure/core-rest-pipeline. The second would carry the bot's token to wherever an answer points.
const unwanted = ["defaultRetryPolicy", "redirectPolicy"];

interface Pipeline {
  removePolicy(options: { readonly name: string }): readonly { readonly name: string }[];
}

/**
 * The same client of the Bot Connector, which now neither repeats a call nor follows a redirect. It reaches into the
 * client, because `noRetryPolicy` and `retryOptions` are ignored (platform-facts, measured); throws a TypeError when
 * what it looks for is not there any more, so that no message doubles silently after an update.
 */
export function withoutRepetitions<T extends object>(connector: T): T {
  const inner: unknown = Reflect.get(connector, "client");
  const pipeline: unknown =
    typeof inner === "object" && inner !== null ? Reflect.get(inner, "pipeline") : undefined;
  if (!isPipeline(pipeline)) throw new TypeError("the connector's client has no pipeline any more");
  for (const name of unwanted)
    if (pipeline.removePolicy({ name }).length === 0)
      throw new TypeError(`the connector's client has no ${name} any more`);
  return connector;
}

function isPipeline(value: unknown): value is Pipeline {
  return typeof value === "object" && value !== null && "removePolicy" in value;
}
