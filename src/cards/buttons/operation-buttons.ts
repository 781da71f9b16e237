import type { Operation } from "../../nouns/operation.ts";
import { canCancel } from "../../nouns/target.ts";
import type { ArtifactView } from "../facets/artifact-view.ts";
import { operationsThatMatter } from "../facets/operation-notes.ts";
import { cleanLine } from "../text/clean-text.ts";
import { cutMiddle } from "../text/cut-text.ts";
import { shown } from "../text/text-limits.ts";
import { type ActOffer, offer } from "./button-offer.ts";

// More operations of one image than these are hardly ever open at once.
const mostOpen = 4;

/** Approve and Decline… where people are waited for, Cancel where it can still be stopped; by what stands first. */
export function operationOffers(view: ArtifactView): readonly ActOffer[] {
  const open = operationsThatMatter(view).filter(
    (operation) => isVotable(operation) || isStoppable(view, operation),
  );
  const several = open.length > 1;
  return open
    .slice(0, mostOpen)
    .flatMap((operation) =>
      isVotable(operation) ? voteOffers(view, operation, several) : [cancelOffer(view, operation, several)],
    );
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

function cancelOffer(view: ArtifactView, operation: Operation, named: boolean): ActOffer {
  const where = named ? ` ${targetOf(operation)}` : "";
  return offer(view, { ...aboutOf(operation), verb: "cancel", label: `Cancel${where}`, style: "default" });
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
  return { operationId: id, digest, ...(target === undefined ? {} : { target }) };
}

function targetOf({ target, kind }: Operation): string {
  return cutMiddle(cleanLine(target ?? kind).trim(), shown.buttonName);
}
