import { type Artifact, type ArtifactKey, knownOrNew, subjectOf, type TagState } from "../nouns/artifact.ts";
import type { Happening } from "../nouns/happening.ts";
import type { RegistryEvent, Sighting } from "../nouns/registry-event.ts";
import type { Route } from "../nouns/route.ts";
import { present } from "../present.ts";
import type { ArtifactChange, KnownArtifact, WantedMessage } from "../store/store.ts";
import { isChartEvent, mayBeChart, notAChart, withoutChart } from "./chart-events.ts";
import { moveTag, referrerOfTag, withoutTagClaim } from "./move-tag.ts";
import { type Occasion, type Routed, route } from "./route-artifact.ts";

/** What folding needs to know of the configuration. */
export interface FoldSettings {
  readonly routes: readonly Route[];
  readonly settleMs: number;
  /** Whether the bot may read the event's registry: then a card waits a moment for its confirmation. */
  readonly registryReadable: boolean;
  /** Tags that targets move, in this repository: they make no card and rename none. */
  readonly environmentTags: ReadonlyMap<string, string>;
}

// Long enough for the registry's confirmation and for the `push` beside a `quarantine` event, so that most cards
// are posted once instead of posted and edited; short enough that nobody waits.
export const graceMs = 1_000;
const unconfirmedDelete = "a delete event says that it is gone, and the registry has not confirmed that yet";
// Facts such as another region change no meaning: several of them cost one edit (cards.md).
export const factDebounceMs = 5_000;
// An event's time is anybody's claim: what lies further ahead than clocks differ would outweigh, until then, whatever
// really happens to the image.
const clockSkewMs = 60_000;
// Azure has some seventy; the caller writes the name into the address, so without a bound a row grows without end.
const mostRegions = 100;

/** The key of the artifact that an event is about; a whole repository has the empty digest. Undefined for a ping. */
export function keyOfEvent(event: RegistryEvent): ArtifactKey | undefined {
  if (event.action === "ping" || event.repository === undefined) return undefined;
  return { registry: event.registry, repository: event.repository, digest: event.digest ?? "" };
}

/**
 * What one arrival of an event changes in what we know of its artifact, by the time it happened: pure, and the same
 * whatever the order in which copies and neighbours arrive. Undefined for a ping.
 */
export function fold(
  arrived: Sighting,
  known: KnownArtifact,
  settings: FoldSettings,
  now: number,
): ArtifactChange | undefined {
  const sighting = notAhead(arrived);
  const { event } = sighting;
  const key = keyOfEvent(event);
  if (key === undefined) return undefined;
  const before = knownOrNew(known.artifact, key, sighting.receivedAt);
  if (isChartEvent(event) && !mayBeChart(before))
    return { artifact: before, happenings: [...story(sighting, undefined), notAChart(sighting)] };
  const seen = withSighting(before, sighting, isEcho(before, event, settings));
  const folding = { sighting, event, seen, known, settings, now };
  switch (event.action) {
    case "push":
    case "chart_push":
    case "quarantine":
      return foldArrival(folding);
    case "delete":
    case "chart_delete":
      return foldDelete(folding);
    case "ping":
      return undefined;
    default:
      return event.action satisfies never;
  }
}

/** An event happened when it arrived, at the latest. */
export function notAhead(sighting: Sighting): Sighting {
  const { event, receivedAt } = sighting;
  const occurredAt = Math.min(event.occurredAt, receivedAt + clockSkewMs);
  return occurredAt === event.occurredAt ? sighting : { ...sighting, event: { ...event, occurredAt } };
}

/** One arrival on its way into what is known: `seen` is the artifact with the arrival itself noted. */
interface Folding {
  readonly sighting: Sighting;
  readonly event: RegistryEvent;
  readonly seen: Artifact;
  readonly known: KnownArtifact;
  readonly settings: FoldSettings;
  readonly now: number;
}

function foldArrival(folding: Folding): ArtifactChange {
  const { sighting, event, seen, known, settings, now } = folding;
  const late = seen.deletedAt !== undefined && event.occurredAt <= seen.deletedAt;
  const environment = event.tag === undefined ? undefined : settings.environmentTags.get(event.tag);
  const referrer = event.tag === undefined ? undefined : referrerOfTag(event.tag);
  const moved = event.action !== "push" || late ? undefined : tagMove(event, known);
  // A push that only disputes a tag replaces nothing: the tag stays where it is known to be.
  const replaced = moved?.digest === event.digest ? moved?.previousDigest : undefined;
  const living = isChartEvent(event) ? seen : withoutChart(seen);
  const revivedNow = late ? living : revived(living, settings);
  // Under a name of its own it is an image, whatever a tag such as sha256-….sig has claimed of it before.
  const alive = event.tag === undefined || referrer !== undefined ? revivedNow : withoutTagClaim(revivedNow);
  const artifact: Artifact = {
    ...alive,
    ...(isEcho(alive, event, settings) ? {} : newest(alive, event)),
    ...(environment === undefined ? announced(alive, event) : {}),
    ...present({ replacedDigest: environment === undefined ? replaced : undefined }),
    ...(referrer === undefined ? {} : { parent: referrer.subject, kind: referrer.kind }),
  };
  const occasion = arrivalOccasion(artifact, event, environment, known.tags);
  const routed = late ? undefined : route(occasion, settings.routes);
  const dueAt = now + (event.tag === undefined ? settings.settleMs : settings.registryReadable ? graceMs : 0);
  const changed =
    JSON.stringify({ ...artifact, regions: [] }) !== JSON.stringify({ ...known.artifact, regions: [] });
  return {
    artifact,
    tags: moved === undefined ? [] : [moved],
    // Listed also where the registry cannot be read: it is asked as soon as it can.
    ...(late ? {} : { due: { verify: now } }),
    // Its claim to another's tag is settled by what the registry says of either.
    alsoVerify: moved !== undefined && moved.digest !== event.digest ? [moved.digest] : [],
    messages: wishes(artifact, routed, dueAt),
    touchAt: changed || isNews(moved, known.namedTag) ? dueAt : now + factDebounceMs,
    alsoTouch: [replaced, moved?.digest, referrer?.subject]
      .filter((digest) => digest !== undefined)
      .filter((digest) => digest !== artifact.digest),
    happenings: story(sighting, routed),
  };
}

function foldDelete({ sighting, event, seen, known, settings, now }: Folding): ArtifactChange {
  const late = event.occurredAt < newestLife(seen);
  const alreadyDeleted = seen.deletedAt !== undefined;
  const asked = settings.registryReadable && !late;
  const dueAt = now + (asked ? graceMs : 0);
  const gone = known.tags.filter((tag) => tag.movedAt <= event.occurredAt).map((tag) => tag.tag);
  const artifact: Artifact = late
    ? seen
    : {
        ...seen,
        ...(event.chart === undefined ? {} : { chart: event.chart, kind: "legacy-chart" }),
        deletedAt: Math.max(seen.deletedAt ?? 0, event.occurredAt),
        ...(asked && !alreadyDeleted
          ? { verification: { state: "unverified", why: unconfirmedDelete } }
          : {}),
        tagsWhenDeleted: alreadyDeleted ? seen.tagsWhenDeleted : gone,
      };
  const routed = late ? undefined : route(deleteOccasion(artifact, event), settings.routes);
  return {
    artifact,
    // Where the registry can be asked they go when it has confirmed the delete.
    removedTags: late || asked ? [] : gone,
    ...(late ? {} : { due: { verify: now } }),
    messages: wishes(artifact, routed, dueAt),
    ...(late || alreadyDeleted ? {} : { touchAt: dueAt }),
    alsoTouch: seen.parent === undefined ? [] : [seen.parent],
    happenings: story(sighting, routed),
  };
}

/** The tag of the newest event, whatever the order in which they arrive. */
function announced(artifact: Artifact, { tag, occurredAt }: RegistryEvent): Pick<Artifact, "announcedTag"> {
  const isNewest = artifact.announcedTag === undefined || occurredAt >= newestLife(artifact);
  return isNewest ? present({ announcedTag: tag }) : {};
}

function newestLife({ pushedAt, quarantinedAt }: Artifact): number {
  return Math.max(pushedAt ?? 0, quarantinedAt ?? 0);
}

function isNews(moved: TagState | undefined, known: TagState | undefined): boolean {
  return moved !== undefined && (moved.digest !== known?.digest || moved.disputed !== known.disputed);
}

/** Moving an environment tag to what was pushed before is no new push of it: who pushed it and when stays. */
function isEcho(artifact: Artifact, event: RegistryEvent, settings: FoldSettings): boolean {
  return (
    event.tag !== undefined && settings.environmentTags.has(event.tag) && artifact.pushedAt !== undefined
  );
}

function withSighting(artifact: Artifact, { event, region, receivedAt }: Sighting, echo: boolean): Artifact {
  const isNew = region !== "" && !artifact.regions.some((known) => known.region === region);
  const newRegion = isNew && artifact.regions.length < mostRegions;
  const isOld = event.occurredAt < Math.max(newestLife(artifact), artifact.deletedAt ?? 0);
  const saysWho = event.action !== "delete" && !echo && !(isOld && artifact.userAgent !== undefined);
  const { mediaType, manifestBytes, connectedRegistry } = event;
  const userAgent = saysWho ? event.userAgent : undefined;
  const eventId = isOld || echo ? undefined : event.id;
  return {
    ...artifact,
    ...present({ mediaType, manifestBytes, userAgent, connectedRegistry, eventId }),
    regions: newRegion ? [...artifact.regions, { region, at: receivedAt }] : artifact.regions,
  };
}

/**
 * A push after a delete is a new incarnation: what was known of the old one's life is void, its bytes are the same. A
 * delete that the registry has not confirmed began no other life: else each false one would give a card more.
 */
function revived(artifact: Artifact, { registryReadable }: FoldSettings): Artifact {
  if (artifact.deletedAt === undefined) return artifact;
  if (registryReadable && artifact.verification.state !== "verified") {
    const { deletedAt: _, ...same } = artifact;
    return { ...same, tagsWhenDeleted: [], verification: { state: "unverified" } };
  }
  const { deletedAt, pushedAt, quarantinedAt, registryQuarantine, replacedDigest, ...lasting } = artifact;
  return {
    ...lasting,
    incarnation: artifact.incarnation + 1,
    tagsWhenDeleted: [],
    regions: artifact.regions.slice(-1),
    verification: { state: "unverified" },
  };
}

function newest(artifact: Artifact, event: RegistryEvent): Partial<Artifact> {
  if (event.action === "quarantine")
    return { quarantinedAt: Math.max(artifact.quarantinedAt ?? 0, event.occurredAt) };
  const pushedAt = Math.max(artifact.pushedAt ?? 0, event.occurredAt);
  if (event.chart === undefined) return { pushedAt };
  return { pushedAt, chart: event.chart, kind: "legacy-chart" };
}

function tagMove(event: RegistryEvent, known: KnownArtifact): TagState | undefined {
  if (event.tag === undefined || event.digest === undefined) return undefined;
  return moveTag(known.namedTag, { tag: event.tag, digest: event.digest, at: event.occurredAt });
}

function arrivalOccasion(
  artifact: Artifact,
  event: RegistryEvent,
  environment: string | undefined,
  tags: readonly TagState[],
): Occasion {
  const { action, tag, occurredAt: at } = event;
  const base = { artifact, action, tags: tag === undefined ? tags.map((one) => one.tag) : [tag], at };
  if (artifact.parent !== undefined) return { ...base, foldedInto: `it belongs to ${artifact.parent}` };
  if (environment === undefined) return base;
  const foldedInto = `${tag} is the environment tag of target ${environment}: shown on the card it has`;
  return { ...base, foldedInto };
}

function deleteOccasion(artifact: Artifact, event: RegistryEvent): Occasion {
  const base = { artifact, action: event.action, tags: artifact.tagsWhenDeleted, at: event.occurredAt };
  return artifact.parent === undefined ? base : { ...base, foldedInto: `it belonged to ${artifact.parent}` };
}

function wishes(artifact: Artifact, routed: Routed | undefined, dueAt: number): readonly WantedMessage[] {
  return (routed?.channels ?? []).map((channel) => ({
    channel,
    subject: subjectOf(artifact),
    incarnation: artifact.incarnation,
    slot: "root",
    dueAt,
  }));
}

function story(sighting: Sighting, routed: Routed | undefined): readonly Happening[] {
  const { event, way, region, receivedAt } = sighting;
  const where = region === "" ? "" : ` from ${region}`;
  const tag = event.tag === undefined ? "" : ` of tag ${event.tag}`;
  const arrived: Happening = {
    at: receivedAt,
    step: "receive",
    what: `${event.action}${tag}${where} by ${way}, event ${event.id}, happened ${new Date(event.occurredAt).toISOString()}`,
  };
  const decisions = (routed?.decisions ?? []).map(({ route: by, channel, outcome, why }): Happening => {
    const what = `${by}: ${outcome === "matched" ? `goes to ${channel}` : why}`;
    return present({ at: receivedAt, step: "route" as const, channel, what });
  });
  return [arrived, ...decisions];
}
