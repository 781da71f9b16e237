import { randomUUID } from "node:crypto";
import type { Background } from "./background.ts";
import { type Delivery, factSummary, statusOf } from "./call-log.ts";
import { chartTarget, eventBody } from "./event-body.ts";
import { post } from "./http-post.ts";
import type { RegistryFact } from "./registry-fact.ts";

/** An event subscription of the registry; `headers` are its delivery properties, `token` makes the Entra token of a delivery. */
export type EventGridSubscription = {
  readonly name: string;
  readonly endpoint: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly token?: () => Promise<string>;
};

// Event Grid waits 30 s for an answer (acr-facts 2.2).
const deliveryTimeoutMs = 30_000;

const eventTypes: Readonly<Record<RegistryFact["action"], string | undefined>> = {
  push: "Microsoft.ContainerRegistry.ImagePushed",
  delete: "Microsoft.ContainerRegistry.ImageDeleted",
  chart_push: "Microsoft.ContainerRegistry.ChartPushed",
  chart_delete: "Microsoft.ContainerRegistry.ChartDeleted",
  // There is no quarantine event in Event Grid (acr-facts 2.1).
  quarantine: undefined,
};

/** Delivers facts through Event Grid. */
export type EventGrid = ReturnType<typeof createEventGrid>;

/** Posts each fact in the Event Grid schema to the subscription that was set, one event in an array, without retries. */
export function createEventGrid(options: {
  readonly background: Background;
  readonly stamp: () => string;
  readonly now: () => number;
  readonly resourceId: string;
  readonly location: string;
  readonly note: (delivery: Delivery) => void;
}) {
  let subscription: EventGridSubscription | undefined;

  async function send(to: EventGridSubscription, type: string, event: unknown, signal: AbortSignal) {
    const body = JSON.stringify([event]);
    const token = await to.token?.();
    const headers = {
      "Content-Type": "application/json; charset=utf-8",
      "Content-Length": String(Buffer.byteLength(body)),
      "aeg-subscription-name": to.name.toUpperCase(),
      "aeg-delivery-count": "0",
      "aeg-data-version": type === "SubscriptionValidation" ? "1" : "2.0",
      "aeg-metadata-version": "1",
      "aeg-event-type": type,
      ...(token === undefined ? {} : { Authorization: `Bearer ${token}` }),
      ...to.headers,
    };
    return post(to.endpoint, headers, body, { timeoutMs: deliveryTimeoutMs, signal });
  }

  function tell(fact: RegistryFact): void {
    const to = subscription;
    const eventType = eventTypes[fact.action];
    if (to === undefined || eventType === undefined) return;
    const id = randomUUID();
    const event = gridEvent(fact, eventType, { ...options, id });
    options.background.add(async (signal) => {
      const startedAt = options.now();
      const outcome = await send(to, "Notification", event, signal);
      options.note({
        ...factSummary(fact),
        id,
        way: "eventgrid",
        name: to.name,
        location: options.location,
        action: fact.action,
        at: event.eventTime,
        tookMs: options.now() - startedAt,
        statusCode: statusOf(outcome),
      });
    });
  }

  return {
    tell,
    /** Sends events there from now on, without a handshake; undefined ends it. */
    set(next: EventGridSubscription | undefined): void {
      subscription = next;
    },
    /** The handshake of a new subscription: true when the endpoint answered 200 with the code (acr-facts 2.3). */
    async validate(to: EventGridSubscription, signal: AbortSignal): Promise<boolean> {
      const validationCode = randomUUID();
      const outcome = await send(
        to,
        "SubscriptionValidation",
        validationEvent(options, validationCode),
        signal,
      );
      if (outcome.kind !== "answered" || outcome.status !== 200) return false;
      return outcome.text.replace(/\s/g, "") === JSON.stringify({ validationResponse: validationCode });
    },
  };
}

function gridEvent(
  fact: RegistryFact,
  eventType: string,
  facts: {
    readonly id: string;
    readonly stamp: () => string;
    readonly resourceId: string;
    readonly location: string;
  },
) {
  const { id: dataId, timestamp, action, ...rest } = eventBody(fact, facts.id, facts.stamp());
  const isChart = fact.action === "chart_push" || fact.action === "chart_delete";
  const chart = isChart ? { target: chartTarget(fact, fact.version) } : {};
  return {
    id: facts.id,
    topic: facts.resourceId,
    subject: subjectOf(fact),
    eventType,
    data: { id: dataId, timestamp, action, location: facts.location, ...rest, ...chart },
    dataVersion: "2.0",
    metadataVersion: "1",
    eventTime: facts.stamp(),
  };
}

function subjectOf(fact: RegistryFact): string {
  if (fact.action === "chart_push" || fact.action === "chart_delete") return `${fact.name}:${fact.version}`;
  // For a push by digest the subject is not documented; the bare repository is what deletes have.
  return "tag" in fact && fact.tag !== undefined ? `${fact.repository}:${fact.tag}` : fact.repository;
}

function validationEvent(facts: { readonly stamp: () => string; readonly resourceId: string }, code: string) {
  return {
    id: randomUUID(),
    topic: facts.resourceId,
    subject: "",
    data: {
      validationCode: code,
      // Port 553 and this host are Event Grid's own; nobody should ever fetch it by itself.
      validationUrl: `https://rp-westeurope.eventgrid.azure.net:553/eventsubscriptions/validate?id=${code}`,
    },
    eventType: "Microsoft.EventGrid.SubscriptionValidationEvent",
    eventTime: facts.stamp(),
    metadataVersion: "1",
    dataVersion: "1",
  };
}
