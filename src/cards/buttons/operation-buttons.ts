import type { Operation } from "../../nouns/operation.ts";
import { canCancel } from "../../nouns/target.ts";
import { present } from "../../present.ts";
import type { ArtifactView } from "../facets/artifact-view.ts";
import { operationsThatMatter } from "../facets/operation-notes.ts";
import { endsOf } from "../text/shown-text.ts";
import { type ActOffer, offer } from "./button-offer.ts";

// More operations of one image than these are hardly ever open at once.
const mostOpen = 4;

/** Approve and Decline… where people are waited for, Cancel where it can still be stopped; by what stands first. */
export function operationOffers(view: ArtifactView): readonly ActOffer[] {
  const open = operationsThatMatter(view).filter((one) => isVotable(one) || isStoppable(view, one));
  const several = open.length > 1;
  return open
    .slice(0, mostOpen)
    .flatMap((one) => (isVotable(one) ? voteOffers(view, one, several) : cancelOffer(view, one, several)));
}

/** Approve and Decline… for one operation that awaits approval; `named`: they say for which target. */
export function voteOffers(view: ArtifactView, operation: Operation, named = false): readonly ActOffer[] {
  const where = named ? ` ${targetOf(operation)}` : "";
  const about = aboutOf(operation);
  return [
    offer(view, { ...about, verb: "approve", label: `Approve${where}`, style: "primary" }),
    offer(view, { ...about, verb: "decline", label: `Decline${where}…`, style: "danger" }),
  ];
}

function cancelOffer(view: ArtifactView, operation: Operation, named: boolean): readonly ActOffer[] {
  const label = named ? `Cancel ${targetOf(operation)}` : "Cancel";
  return [offer(view, { ...aboutOf(operation), verb: "cancel", label, style: "default" })];
}

function isVotable({ state }: Operation): boolean {
  return state === "awaiting-approval";
}

function isStoppable({ targets }: ArtifactView, { state, target: name }: Operation): boolean {
  if (state === "queued") return true;
  const target = targets.find((known) => known.name === name);
  return state === "running" && target !== undefined && canCancel(target.type);
}

function aboutOf({ id, digest, target }: Operation) {
  return present({ operationId: id, digest, target });
}

function targetOf({ target, kind }: Operation): string {
  return endsOf(target ?? kind, "buttonName");
}
