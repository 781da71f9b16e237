import type { Operation, StepRecord, Vote } from "../../nouns/operation.ts";
import { bold, code, type Text, text, time } from "../../nouns/text.ts";
import { logSpan } from "../text/log-span.ts";
import { codeOf, joined, startOf } from "../text/shown-text.ts";
import { shown } from "../text/text-limits.ts";
import type { ArtifactView } from "./artifact-view.ts";
import { shortDigest } from "./digest-name.ts";
import { backTo, creditOf, quotedReason } from "./operation-credit.ts";
import { lookOfOperation } from "./operation-looks.ts";

/** The newest operation in full: who asked and answered, from what to what, and each step with its times. */
export function operationDetails(view: ArtifactView): readonly Text[] {
  const operation = view.operations[0];
  if (operation === undefined) return [];
  const { icon, said } = lookOfOperation(operation);
  const lines: readonly Text[] = [
    text(`${icon} `, bold(said), backTo(view, operation)),
    creditOf(view, operation),
    digests(operation),
    ...operation.votes.slice(0, shown.steps).map(voteLine),
    ...operation.journal.steps.slice(-shown.steps).map(stepLine),
    logSpan(operation.link),
    text("Reference ", code(operation.id)),
  ];
  return lines.filter((line) => line.length > 0);
}

function digests({ digestBefore, digest }: Operation): Text {
  if (digestBefore === undefined || digestBefore === digest) return [];
  return text("From ", code(shortDigest(digestBefore)), " to ", code(shortDigest(digest)));
}

function voteLine({ who, vote, at, reason }: Vote): Text {
  const said = text(`${vote === "approve" ? "👍 Approved" : "👎 Declined"} by ${startOf(who.name, "name")}`);
  return joined([said, text(time(at)), quotedReason(reason)]);
}

function stepLine({ name, begunAt, doneAt }: StepRecord): Text {
  const step = codeOf(name, "name");
  const begun = time(begunAt);
  if (doneAt === undefined) return text("⏳ ", step, " begun ", begun);
  return text("✔️ ", step, " ", begun, `, took ${seconds(doneAt - begunAt)}`);
}

function seconds(ms: number): string {
  return ms < 10_000 ? `${(Math.max(0, ms) / 1000).toFixed(1)} s` : `${Math.round(ms / 1000)} s`;
}
