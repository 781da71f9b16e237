import { z } from "zod";
import { actions, type RegistryEvent } from "../nouns/registry-event.ts";
import { present } from "../present.ts";
import {
  Bytes,
  chartTagGrammar,
  cleanText,
  Decoration,
  Digest,
  describeIssues,
  EventId,
  Repository,
  readOccurredAt,
  Timestamp,
  tagGrammar,
} from "./event-fields.ts";

const Named = z.object({ name: Decoration }).optional().catch(undefined);

/**
 * What ACR says in a native webhook, and Event Grid in `data`: only fields that we use. What names the artifact must
 * be right; what decorates it may be missing or odd. By Microsoft's samples and recordings most fields are optional.
 */
export const EventData = z.object({
  id: EventId,
  timestamp: Timestamp,
  action: z.enum(actions, {
    error: (issue) => (issue.input === undefined ? "is missing" : `is none of ${actions.join(", ")}`),
  }),
  target: z
    .object(
      {
        repository: Repository.nullish(),
        digest: Digest.nullish(),
        tag: z.string("is not text").nullish(),
        mediaType: Decoration,
        size: Bytes,
        length: Bytes,
        name: Decoration,
        version: Decoration,
      },
      "is not an object",
    )
    .nullish(),
  request: z.object({ host: Decoration, useragent: Decoration }).optional().catch(undefined),
  connectedRegistry: Named,
  // The connected registry's quickstart writes it in lower case, the API specification does not.
  connectedregistry: Named,
});
export type EventData = z.infer<typeof EventData>;

/** An event without the registry, which only the URL knows. */
export type EventFacts = Omit<RegistryEvent, "registry">;

export type ParsedEvent =
  | { readonly ok: true; readonly facts: EventFacts }
  | { readonly ok: false; readonly problem: string };

/** Validates and normalises; a problem names the field, after `prefix`, and says in words what is wrong with it. */
export function readEventData(json: unknown, now: number, prefix = ""): ParsedEvent {
  const parsed = EventData.safeParse(json);
  if (!parsed.success) return { ok: false, problem: describeIssues(parsed.error, prefix) };
  const data = parsed.data;
  const occurredAt = readOccurredAt(data.timestamp, now);
  if (typeof occurredAt === "string") return { ok: false, problem: `${prefix}timestamp: ${occurredAt}` };
  const base = { id: data.id, action: data.action, occurredAt };
  if (data.action === "ping") return { ok: true, facts: base };
  const problem = findTargetProblem(data);
  if (problem !== undefined) return { ok: false, problem: prefix + problem };
  return { ok: true, facts: { ...base, ...readTarget(data), ...readRequest(data) } };
}

function findTargetProblem({ action, target }: EventData): string | undefined {
  if (target === undefined || target === null) return "target: is missing";
  if (target.repository === undefined || target.repository === null) return "target.repository: is missing";
  // Only the deletion of a whole repository has no digest.
  const digestMissing = target.digest === undefined || target.digest === null;
  if (digestMissing && action !== "delete") return "target.digest: is missing";
  const grammar = isChart(action) ? chartTagGrammar : tagGrammar;
  if (target.tag !== undefined && target.tag !== null && target.tag !== "" && !grammar.test(target.tag)) {
    return "target.tag: is not a tag";
  }
  return undefined;
}

function readTarget({ action, target }: EventData): Partial<EventFacts> {
  const chartName = isChart(action) ? cleanText(target?.name, 128) : undefined;
  const chartVersion = cleanText(target?.version, 128);
  return present({
    repository: target?.repository,
    digest: target?.digest,
    // Empty for a manifest that was pushed by digest.
    tag: target?.tag || undefined,
    mediaType: cleanText(target?.mediaType, 255),
    manifestBytes: target?.size ?? target?.length,
    chart: chartName === undefined ? undefined : present({ name: chartName, version: chartVersion }),
  });
}

function readRequest(data: EventData): Partial<EventFacts> {
  return present({
    userAgent: cleanText(data.request?.useragent),
    host: cleanText(data.request?.host, 255),
    connectedRegistry: cleanText((data.connectedRegistry ?? data.connectedregistry)?.name, 128),
  });
}

function isChart(action: EventData["action"]): boolean {
  return action === "chart_push" || action === "chart_delete";
}
