import type { Operation, StepRecord, Vote } from "../../nouns/operation.ts";
import { bold, code, type Span, type Text, text } from "../../nouns/text.ts";
import { cleanLine } from "../text/clean-text.ts";
import { cutEnd, cutMiddle } from "../text/cut-text.ts";
import { logSpan } from "../text/log-span.ts";
import { shown } from "../text/text-limits.ts";
import type { ArtifactView } from "./artifact-view.ts";
import { shortDigest } from "./digest-name.ts";
import { backTo, creditOf, joined, quotedReason } from "./operation-credit.ts";
import { lookOfOperation } from "./operation-looks.ts";

/** The newest operation in full: who asked and answered, from what to what, and each step with its times. */
export function operationDetails(view: ArtifactView): readonly Text[] {
  const operation = view.operations[0];
  if (operation === undefined) return [];
  const { icon, said } = lookOfOperation(operation);
  const lines: readonly Text[] = [
    text(`${icon} `, bold(said), ...backTo(view, operation)),
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
  const name = cutEnd(cleanLine(who.name).trim(), shown.name);
  const said = text(`${vote === "approve" ? "👍 Approved" : "👎 Declined"} by ${name}`);
  return joined([said, text({ kind: "time", at }), quotedReason(reason)]);
}

function stepLine({ name, begunAt, doneAt }: StepRecord): Text {
  const step = code(cutMiddle(cleanLine(name), shown.name));
  const begun: Span = { kind: "time", at: begunAt };
  if (doneAt === undefined) return text("⏳ ", step, " begun ", begun);
  return text("✔️ ", step, " ", begun, `, took ${seconds(doneAt - begunAt)}`);
}

function seconds(ms: number): string {
  return ms < 10_000 ? `${(Math.max(0, ms) / 1000).toFixed(1)} s` : `${Math.round(ms / 1000)} s`;
}
