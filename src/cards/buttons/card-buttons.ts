import { quarantineOf } from "../../nouns/artifact.ts";
import type { Button } from "../../nouns/card.ts";
import { isTwoWay } from "../../nouns/channel.ts";
import type { ButtonMeaning } from "../../nouns/request.ts";
import { stateOf } from "../facets/artifact-state.ts";
import type { ArtifactView } from "../facets/artifact-view.ts";
import { operationsThatMatter } from "../facets/operation-notes.ts";
import { safeUrl } from "../text/safe-url.ts";
import { endsOf } from "../text/shown-text.ts";
import { type ActOffer, hasFailed, isBusy, offer } from "./button-offer.ts";
import { operationOffers } from "./operation-buttons.ts";
import { targetOffers } from "./target-buttons.ts";

/** The card's buttons and what each of the acting ones stands for, to be stored before the card is shown. */
export interface Buttons {
  readonly buttons: readonly Button[];
  readonly meanings: readonly ButtonMeaning[];
}

/**
 * The buttons of a card: a function of state and configuration, the same for everybody; who may is decided at the
 * click. At most one is primary.
 */
export function buttonsOf(view: ArtifactView): Buttons {
  const offers = oneStandsOut([...actingOffers(view), ...detailsOffer(view)]);
  return {
    buttons: [...offers.map(({ button }) => button), ...logLinks(view), ...portalLink(view)],
    meanings: offers.map(({ meaning }) => meaning),
  };
}

function actingOffers(view: ArtifactView): readonly ActOffer[] {
  const mayAct = view.actable && view.mode !== "notify" && isTwoWay(view.channel);
  if (!mayAct) return [];
  const state = stateOf(view);
  if (state.kind === "deleted") return [];
  // What was asked for can be answered or stopped whatever the image has become meanwhile.
  const open = operationOffers(view);
  if (view.artifact.verification.state !== "verified" || state.kind === "mismatched") return open;
  return [...open, ...reviewOffers(view), ...targetOffers(view)];
}

function detailsOffer(view: ArtifactView): readonly ActOffer[] {
  const can = view.actable && view.mode !== "notify" && view.registryReadable && isTwoWay(view.channel);
  if (!can || isClosed(view)) return [];
  return [offer(view, { verb: "details", digest: view.artifact.digest, label: "Details", style: "default" })];
}

function portalLink(view: ArtifactView): readonly Button[] {
  const url = safeUrl(view.portalUrl ?? "");
  if (url === undefined || isClosed(view)) return [];
  return [{ kind: "link", label: "Portal", url }];
}

/** Whether there is nothing to look at any more. */
function isClosed({ artifact }: ArtifactView): boolean {
  return artifact.deletedAt !== undefined || artifact.takenBack !== undefined;
}

function oneStandsOut(offers: readonly ActOffer[]): readonly ActOffer[] {
  const first = offers.findIndex(({ button }) => button.style === "primary");
  return offers.map((entry, index) =>
    entry.button.style === "primary" && index !== first
      ? { ...entry, button: { ...entry.button, style: "default" } }
      : entry,
  );
}

/** Release… and Reject… while it waits for a decision, Review again… once it was rejected. */
function reviewOffers(view: ArtifactView): readonly ActOffer[] {
  const quarantine = quarantineOf(view.artifact);
  if (!view.reviewable || isBusy(view)) return [];
  if (quarantine !== "held" && quarantine !== "failed") return [];
  const seen = { verb: "release", digest: view.artifact.digest, expectedQuarantine: quarantine } as const;
  if (quarantine === "failed") return [offer(view, { ...seen, label: "Review again…", style: "default" })];
  return [
    offer(view, { ...seen, label: label(view, "release", "Release…"), style: "primary" }),
    offer(view, { ...seen, verb: "reject", label: label(view, "reject", "Reject…"), style: "danger" }),
  ];
}

function label(view: ArtifactView, verb: "release" | "reject", words: string): string {
  return hasFailed(view, verb) ? `Retry ${words.toLowerCase()}` : words;
}

const mostLogs = 2;

/** Log: the other system's page of an operation that runs or did not succeed; what went well is linked in the thread. */
function logLinks(view: ArtifactView): readonly Button[] {
  const linked = operationsThatMatter(view).flatMap(({ state, link, target }) => {
    const url = state === "succeeded" ? undefined : safeUrl(link ?? "");
    return url === undefined ? [] : [{ url, target: target ?? "" }];
  });
  return linked.slice(0, mostLogs).map(({ url, target }) => ({
    kind: "link",
    label: linked.length > 1 ? `Log of ${endsOf(target, "buttonName")}` : "Log",
    url,
  }));
}
