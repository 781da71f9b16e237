import { type ArtifactKind, quarantineOf } from "../nouns/artifact.ts";
import { currentOf, type Placement, previousOf, type Target } from "../nouns/target.ts";
import { isDisputed, isReplaced, liveOn } from "./artifact-state.ts";
import type { ArtifactView } from "./artifact-view.ts";
import { type ActOffer, hasFailed, isBusy, offer } from "./button-offer.ts";
import { cleanLine } from "./clean-text.ts";
import { cutMiddle } from "./cut-text.ts";
import { nameOfDigest, shownTag } from "./digest-name.ts";
import { shown } from "./limits.ts";

// More than these would be a wall of buttons; the rest can be asked for by command.
const mostDeploys = 4;
const mostLive = 3;

const deployable: ReadonlySet<ArtifactKind> = new Set(["image", "index", "helm-chart"]);

/** Deploy… to targets that do not run it, Roll back… and Redeploy… on those that do; none where one is under way. */
export function targetOffers(view: ArtifactView): readonly ActOffer[] {
  // While a review is open nobody knows what the image will be when it is done.
  if (isBusy(view) || !deployable.has(view.artifact.kind)) return [];
  const live = new Set(liveOn(view).map(({ target }) => target));
  const free = view.targets.filter(({ name }) => !isBusy(view, name));
  return [
    ...deploys(
      view,
      free.filter(({ name }) => !live.has(name)),
    ),
    ...free
      .filter(({ name }) => live.has(name))
      .slice(0, mostLive)
      .flatMap((target) => onLive(view, target)),
  ];
}

function deploys(view: ArtifactView, targets: readonly Target[]): readonly ActOffer[] {
  const quarantine = quarantineOf(view.artifact);
  if (quarantine === "held" || quarantine === "failed" || isReplaced(view) || isDisputed(view)) return [];
  // What failed is what somebody wants to press now; otherwise the order of the configuration, nearest first.
  const failed = targets.filter(({ name }) => hasFailed(view, "deploy", name));
  const others = targets.filter((target) => !failed.includes(target));
  return [...failed, ...others].slice(0, mostDeploys).map(({ name }) =>
    offer(view, {
      verb: "deploy",
      digest: view.artifact.digest,
      ...movableTag(view),
      target: name,
      label: hasFailed(view, "deploy", name)
        ? retryLabel(view, "deploy", `to ${nameOf(name)}`)
        : `Deploy to ${nameOf(name)}…`,
      style: "primary",
    }),
  );
}

// The tag that the card is called by, if it points here: a deploy is refused when it has moved since.
function movableTag(view: ArtifactView): { readonly tag?: string } {
  const tag = shownTag(view);
  return tag !== undefined && view.tags.some((known) => known.tag === tag) ? { tag } : {};
}

function onLive(view: ArtifactView, target: Target): readonly ActOffer[] {
  const placement = view.placements.find((known) => known.target === target.name);
  return [...rollBack(view, target, placement), ...redeploy(view, target)];
}

function rollBack(
  view: ArtifactView,
  { name }: Target,
  placement: Placement | undefined,
): readonly ActOffer[] {
  const before = previousOf(placement);
  const current = currentOf(placement);
  if (before === undefined || current === undefined) return [];
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
  return cutMiddle(cleanLine(name).trim(), shown.buttonName);
}
