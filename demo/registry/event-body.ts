import { legacyChart } from "./media-types.ts";
import type { RequestFacts } from "./records.ts";
import type { ChartFact, RegistryFact } from "./registry-fact.ts";

/** The body of a native webhook, keys in ACR's order (acr-facts 1.4). */
export type EventBody = {
  readonly id: string;
  readonly timestamp: string;
  readonly action: string;
  readonly target?: Readonly<Record<string, unknown>>;
  readonly request?: RequestFacts;
};

/** What a webhook is sent for a fact. */
export function eventBody(fact: RegistryFact, id: string, timestamp: string): EventBody {
  const head = { id, timestamp, action: fact.action };
  switch (fact.action) {
    case "push":
      return { ...head, target: imageTarget(fact, { mediaType: fact.mediaType }), request: fact.request };
    case "quarantine": {
      // The only published example has neither mediaType nor useragent.
      const { id: requestId, host, method } = fact.request;
      return { ...head, target: imageTarget(fact, {}), request: { id: requestId, host, method } };
    }
    case "delete": {
      const { mediaType, digest, repository } = fact;
      return { ...head, target: { mediaType, digest, repository }, request: fact.request };
    }
    case "chart_push":
    case "chart_delete":
      // The native payload's version keeps the file's ending, as in the documentation's "5.4.0.tgz".
      return { ...head, target: chartTarget(fact, `${fact.version}.tgz`) };
  }
}

/** The body of a ping: no target, no request. */
export function pingBody(id: string, timestamp: string): EventBody {
  return { id, timestamp, action: "ping" };
}

type ImageFact = Extract<RegistryFact, { readonly action: "push" | "quarantine" }>;

function imageTarget(fact: ImageFact, first: { readonly mediaType?: string }) {
  const { size, digest, repository, tag } = fact;
  return { ...first, size, digest, length: size, repository, ...(tag === undefined ? {} : { tag }) };
}

/** The target of a chart event; Event Grid gives the bare version, native webhooks keep the file's ending. */
export function chartTarget(fact: ChartFact, version: string) {
  const { size, digest, repository, name } = fact;
  const tag = `${name}-${fact.version}.tgz`;
  return { mediaType: legacyChart, size, digest, repository, tag, name, version };
}
