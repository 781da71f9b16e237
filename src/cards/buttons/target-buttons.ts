import { quarantineOf } from "../../nouns/artifact.ts";
import { stricterMode } from "../../nouns/mode.ts";
import { currentOf } from "../../nouns/placement.ts";
import { type Target, takesKind } from "../../nouns/target.ts";
import { isDisputed, isReplaced, liveOn } from "../facets/artifact-state.ts";
import type { ArtifactView } from "../facets/artifact-view.ts";
import { nameOfDigest, shownTag } from "../facets/digest-name.ts";
import { endsOf } from "../text/shown-text.ts";
import { type ActOffer, hasFailed, isBusy, offer } from "./button-offer.ts";

// More than these would be a wall of buttons; the rest can be asked for by command.
const mostDeploys = 4;
const mostLive = 3;

/**
 * Deploy… (Promote… once it is live somewhere) to targets that do not run it, Roll back… and Redeploy… on those that do;
 * none where one is under way.
 */
export function targetOffers(view: ArtifactView): readonly ActOffer[] {
  // While a review is open nobody knows what the image will be when it is done.
  if (isBusy(view)) return [];
  const free = view.targets.filter((target) => !isBusy(view, target.name) && acts(view, target));
  const live = new Set(liveOn(view).map(({ target }) => target));
  const taking = free.filter((target) => takesKind(target, view.artifact.kind));
  const retried = mayDeploy(view) ? taking.filter((target) => isDeployAgain(view, target)) : [];
  const sent = taking.filter((target) => !live.has(target.name) && isReachable(view, target));
  const running = free.filter(({ name }) => live.has(name));
  const [well = [], unwell = []] = [true, false].map((isWell) =>
    running.filter(({ name }) => isHealthyOn(view, name) === isWell),
  );
  return [
    ...deploys(view, [...retried, ...sent.filter((target) => !retried.includes(target))]),
    ...[...unwell, ...well]
      .slice(0, mostLive)
      .flatMap((target) => [
        ...rollBack(view, target),
        ...(retried.includes(target) || !taking.includes(target) ? [] : redeploy(view, target)),
      ]),
  ];
}

function acts(view: ArtifactView, target: Target): boolean {
  return stricterMode(view.mode, target.mode) !== "notify";
}

function mayDeploy(view: ArtifactView): boolean {
  const quarantine = quarantineOf(view.artifact);
  return quarantine !== "held" && quarantine !== "failed" && !isReplaced(view) && !isDisputed(view);
}

/** Whether the newest thing there was a deploy of it that did not succeed, in place by now or not. */
function isDeployAgain(view: ArtifactView, { name }: Target): boolean {
  const live = liveOn(view).find(({ target }) => target === name);
  return hasFailed(view, "deploy", name) && (live === undefined || live.unhealthy);
}

/**
 * Whether it has run where it has to have run before, for however long; those who may break the glass can send it
 * without.
 */
function isReachable({ placements, artifact }: ArtifactView, { after, allow }: Target): boolean {
  if (after === undefined || allow.breakGlass.length > 0) return true;
  const history = placements.find(({ target }) => target === after.target)?.history ?? [];
  return history.some(({ digest, unhealthy }) => digest === artifact.digest && unhealthy !== true);
}

// What failed is what somebody wants to press now; then what is next; then the order of the configuration.
function deploys(view: ArtifactView, targets: readonly Target[]): readonly ActOffer[] {
  if (!mayDeploy(view)) return [];
  const ranked = targets.map((target) => ({ target, rank: rankOf(view, target) }));
  return ranked
    .sort((one, other) => one.rank - other.rank)
    .slice(0, mostDeploys)
    .map(({ target: { name } }) =>
      offer(view, {
        verb: "deploy",
        digest: view.artifact.digest,
        ...movableTag(view),
        target: name,
        label: deployLabel(view, name),
        // What was just taken back from there, or would be refused now, is not what the card urges next.
        style: isTakenBack(view, name) || view.holds.has(name) ? "default" : "primary",
      }),
    );
}

function rankOf(view: ArtifactView, target: Target): number {
  if (isDeployAgain(view, target)) return 0;
  const { after } = target;
  if (after === undefined) return 2;
  return isHealthyOn(view, after.target) ? 1 : 3;
}

function isHealthyOn(view: ArtifactView, name: string): boolean {
  return liveOn(view).some(({ target, unhealthy }) => target === name && !unhealthy);
}

function isTakenBack({ operations, artifact }: ArtifactView, name: string): boolean {
  const newest = operations.find(({ target }) => target === name);
  return newest?.kind === "rollback" && newest.state === "succeeded" && newest.digest !== artifact.digest;
}

function deployLabel(view: ArtifactView, name: string): string {
  if (hasFailed(view, "deploy", name)) return retryLabel(view, "deploy", `to ${nameOf(name)}`);
  const promotes = liveOn(view).some(({ unhealthy }) => !unhealthy);
  return `${promotes ? "Promote" : "Deploy"} to ${nameOf(name)}…`;
}

// The tag that the card is called by, if it points here: a deploy is refused when it has moved since.
function movableTag(view: ArtifactView): { readonly tag?: string } {
  const tag = shownTag(view);
  return tag !== undefined && view.tags.some((known) => known.tag === tag) ? { tag } : {};
}

function rollBack(view: ArtifactView, { name }: Target): readonly ActOffer[] {
  const before = view.previous.get(name);
  const current = currentOf(view.placements.find((known) => known.target === name));
  if (before === undefined || current === undefined || before === current.digest) return [];
  const to = `to ${nameOf(nameOfDigest(view, before))}`;
  const label = hasFailed(view, "rollback", name) ? "Retry roll back of" : "Roll back";
  return [
    offer(view, {
      verb: "rollback",
      digest: before,
      expectedCurrent: current.digest,
      target: name,
      label: `${label} ${nameOf(name)} ${to}…`,
      style: "default",
    }),
  ];
}

function redeploy(view: ArtifactView, { name }: Target): readonly ActOffer[] {
  // A rejected image is not started again anywhere; a roll back away from it stays.
  if (quarantineOf(view.artifact) === "failed" || quarantineOf(view.artifact) === "held") return [];
  const label = hasFailed(view, "redeploy", name)
    ? retryLabel(view, "redeploy", `on ${nameOf(name)}`)
    : isOnly(view)
      ? "Redeploy…"
      : `Redeploy on ${nameOf(name)}…`;
  return [
    offer(view, { verb: "redeploy", digest: view.artifact.digest, target: name, label, style: "default" }),
  ];
}

function retryLabel(view: ArtifactView, verb: string, where: string): string {
  return isOnly(view) ? `Retry ${verb}…` : `Retry ${verb} ${where}…`;
}

function isOnly({ targets }: ArtifactView): boolean {
  return targets.length === 1;
}

function nameOf(name: string): string {
  return endsOf(name, "buttonName");
}
