import { type Artifact, type ArtifactKey, subjectOf } from "../../src/nouns/artifact.ts";
import type { AuditEntry } from "../../src/nouns/audit-entry.ts";
import type { Operation } from "../../src/nouns/operation.ts";
import type { Principal } from "../../src/nouns/principal.ts";
import type { RegistryEvent, Sighting } from "../../src/nouns/registry-event.ts";
import { isWish, type Request, type Wish } from "../../src/nouns/request.ts";
import type { DecisionFacts, Verdict, Verdicts } from "../../src/nouns/verdict.ts";
import type { ArtifactChange, OperationResult, WantedMessage } from "../../src/store/store.ts";
import { key } from "./store-kit.ts";

export const anna: Principal = { platform: "slack", tenant: "T1", userId: "U1", name: "Anna" };

/** A push of the sample artifact. */
export function sighting(changes: Partial<RegistryEvent> = {}, arrival: Partial<Sighting> = {}): Sighting {
  const event: RegistryEvent = {
    ...key,
    id: "7d1c6f0e-0000-4000-8000-000000000001",
    action: "push",
    occurredAt: Date.UTC(2026, 10, 20),
    tag: "1.4.2",
    ...changes,
  };
  return { event, way: "webhook", region: "westus", receivedAt: event.occurredAt + 50, ...arrival };
}

export function artifact(changes: Partial<Artifact> = {}): Artifact {
  return {
    ...key,
    incarnation: 1,
    kind: "unknown",
    platforms: [],
    children: [],
    referrers: [],
    labels: {},
    firstSeenAt: 1_000,
    tagsWhenDeleted: [],
    regions: [],
    verification: { state: "unverified" },
    ...changes,
  };
}

/** A change that only writes the artifact. */
export function change(changes: Partial<ArtifactChange> = {}): ArtifactChange {
  return { artifact: artifact(), ...changes };
}

export function root(changes: Partial<WantedMessage> = {}): WantedMessage {
  return {
    channel: "slack:C1",
    subject: subjectOf(key),
    incarnation: 1,
    slot: "root",
    dueAt: 1_000,
    ...changes,
  };
}

export const wish: Wish = { kind: "deploy", ...key, tag: "1.4.2", target: "staging" };

export function request(changes: Partial<Request> = {}): Request {
  return {
    id: "request-1",
    who: anna,
    order: wish,
    at: 2_000,
    ...changes,
  };
}

export function audit(changes: Partial<AuditEntry> = {}): AuditEntry {
  return {
    id: "audit-1",
    at: 2_000,
    what: "deploy",
    outcome: "allowed",
    rule: "targets.staging.allow.deploy",
    detail: "asked",
    configRevision: "abc",
    ...changes,
  };
}

/** The operation that a request leads to. */
export function operation(of: Request, changes: Partial<Operation> = {}): Operation {
  if (!isWish(of.order)) throw new Error(`a ${of.order.kind} leads to no operation`);
  const { kind, registry, repository, digest, tag, target } = of.order;
  return {
    id: `operation of ${of.id}`,
    kind,
    registry,
    repository,
    digest,
    ...(tag === undefined ? {} : { tag }),
    ...(target === undefined ? {} : { target }),
    requestedBy: of.who,
    rule: "targets.staging.allow.deploy",
    requestId: of.id,
    state: "queued",
    requestedAt: of.at,
    votes: [],
    journal: { steps: [], notes: {} },
    attempts: 0,
    ...changes,
  };
}

export function accept(of: Request): Verdict {
  return {
    operation: operation(of),
    audit: audit({ id: `audit of ${of.id}` }),
    outcome: "accepted",
    answer: "Asked.",
  };
}

export function refuse(of: Request): Verdict {
  return { audit: audit({ id: `audit of ${of.id}`, outcome: "refused" }), outcome: "refused", answer: "No." };
}

/** Decides wishes by one function, and expects no other order. */
export function byWish(onWish: (of: Request, facts: DecisionFacts) => Verdict): Verdicts {
  return {
    onWish: (of, _wish, facts) => onWish(of, facts),
    onOperation: () => {
      throw new Error("this is no order about an operation");
    },
    onStanding: () => {
      throw new Error("nothing stands");
    },
  };
}

export const acceptAll: Verdicts = byWish(accept);

export function result(changes: Partial<OperationResult> = {}): OperationResult {
  return {
    state: "succeeded",
    outcome: "staging runs it",
    at: 9_000,
    audit: audit({ id: "audit of the end", outcome: "succeeded" }),
    messages: [],
    ...changes,
  };
}

/** A key of the same repository. */
export function sibling(digest: string): ArtifactKey {
  return { ...key, digest };
}
