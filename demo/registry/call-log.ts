import type { EventBody } from "./event-body.ts";
import type { PostOutcome } from "./http-post.ts";
import type { RegistryFact } from "./registry-fact.ts";
import type { Webhook } from "./webhook.ts";

// How many ACR lists is not documented.
const maxListedEvents = 100;
const maxDeliveries = 500;

/** One entry of `listEvents` (acr-facts 3.2); `eventResponseMessage` is absent when nobody answered at all. */
export type ListedEvent = {
  readonly id: string;
  readonly eventRequestMessage: {
    readonly content: EventBody;
    readonly headers: Readonly<Record<string, string>>;
    readonly method: "POST";
    readonly requestUri: string;
    readonly version: "1.1";
  };
  readonly eventResponseMessage?: {
    readonly content?: string;
    readonly headers: Readonly<Record<string, string>>;
    readonly reasonPhrase: string;
    readonly statusCode: string;
    readonly version: "1.1";
  };
};

/** One call for the demo's page; it holds no header and no address, as these carry the secret. */
export type Delivery = {
  readonly id: string;
  readonly way: "webhook" | "eventgrid";
  readonly name: string;
  readonly location: string;
  readonly action: string;
  readonly repository?: string;
  readonly tag?: string;
  readonly digest?: string;
  readonly at: string;
  readonly tookMs: number;
  /** The status code, or 504 for a timeout as ACR shows it, or 0 when nobody answered. */
  readonly statusCode: number;
};

/** Remembers what was sent and what came back, as much as is asked for. */
export type CallLog = ReturnType<typeof createCallLog>;

/** Keeps the last 100 events of each webhook for `listEvents`, and the last 500 calls for the demo's page. */
export function createCallLog(changed: () => void) {
  const listed = new Map<string, ListedEvent[]>();
  const deliveries: Delivery[] = [];
  return {
    list(sending: Sending): void {
      const events = listed.get(sending.webhook.name) ?? [];
      listed.set(sending.webhook.name, events);
      events.unshift(listedEvent(sending));
      events.length = Math.min(events.length, maxListedEvents);
    },
    note(delivery: Delivery): void {
      deliveries.push(delivery);
      if (deliveries.length > maxDeliveries) deliveries.shift();
      changed();
    },
    /** The newest last. */
    deliveries: (): readonly Delivery[] => [...deliveries],
    /** The newest first. */
    listedEvents: (name: string): readonly ListedEvent[] => listed.get(name) ?? [],
  };
}

type Sending = {
  readonly webhook: Webhook;
  readonly content: EventBody;
  readonly sent: Readonly<Record<string, string>>;
  readonly outcome: PostOutcome;
};

function listedEvent({ webhook, content, sent, outcome }: Sending): ListedEvent {
  return {
    id: content.id,
    eventRequestMessage: {
      content,
      headers: sent,
      method: "POST",
      requestUri: webhook.serviceUri,
      version: "1.1",
    },
    ...responseMessage(outcome),
  };
}

/** What a delivery says of its fact. */
export function factSummary(fact: RegistryFact): Pick<Delivery, "repository" | "tag" | "digest"> {
  const tag = "tag" in fact ? fact.tag : undefined;
  return { repository: fact.repository, digest: fact.digest, ...(tag === undefined ? {} : { tag }) };
}

/** The status to show for what came of a POST. */
export function statusOf(outcome: PostOutcome): number {
  if (outcome.kind === "answered") return outcome.status;
  return outcome.kind === "timeout" ? 504 : 0;
}

function responseMessage(outcome: PostOutcome): Pick<ListedEvent, "eventResponseMessage"> {
  if (outcome.kind === "unreachable") return {};
  const isTimeout = outcome.kind === "timeout";
  return {
    eventResponseMessage: {
      ...(isTimeout ? {} : { content: outcome.text }),
      headers: isTimeout ? {} : outcome.headers,
      reasonPhrase: isTimeout ? "Gateway Timeout" : outcome.reason,
      statusCode: String(statusOf(outcome)),
      version: "1.1",
    },
  };
}
