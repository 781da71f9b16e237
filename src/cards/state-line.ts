import type { Card, Tone } from "../nouns/card.ts";
import type { Operation } from "../nouns/operation.ts";
import { code, type Text, text } from "../nouns/text.ts";
import { type ArtifactState, liveOn } from "./artifact-state.ts";
import type { ArtifactView } from "./artifact-view.ts";
import { cleanLine } from "./clean-text.ts";
import { cutEnd, cutMiddle } from "./cut-text.ts";
import { shortDigest } from "./digest-name.ts";
import { shown } from "./limits.ts";
import { backTo, creditOf } from "./operation-credit.ts";
import { wordsFor } from "./operation-words.ts";

interface Look {
  readonly icon: string;
  readonly word: string;
  readonly tone: Tone;
}

const looks = {
  deleted: { icon: "🗑️", word: "Deleted", tone: "neutral" },
  working: { icon: "🔄", word: "Working", tone: "accent" },
  mismatched: { icon: "⚠️", word: "Mismatched", tone: "attention" },
  unverified: { icon: "🔎", word: "Unverified", tone: "warning" },
  quarantined: { icon: "🔒", word: "Quarantined", tone: "warning" },
  rejected: { icon: "⛔", word: "Rejected", tone: "attention" },
  live: { icon: "🟢", word: "Live", tone: "good" },
  replaced: { icon: "⚪", word: "Replaced", tone: "neutral" },
  failed: { icon: "❌", word: "Failed", tone: "attention" },
  released: { icon: "✅", word: "Released", tone: "good" },
  pushed: { icon: "📦", word: "Pushed", tone: "neutral" },
} as const satisfies Record<ArtifactState["kind"], Look>;

/** The card's headline: one icon, one word, one colour, and the rest of the sentence. */
export function stateLine(view: ArtifactView, state: ArtifactState): Card["state"] {
  const more = moreOf(view, state);
  return { ...lookOf(view, state), ...(more.length === 0 ? {} : { more }) };
}

/** The operation that the headline tells of, so that no note repeats it. */
export function headlineOperation(view: ArtifactView, state: ArtifactState): Operation | undefined {
  if (state.kind === "working" || state.kind === "failed") return state.operation;
  if (state.kind !== "released" && state.kind !== "rejected") return undefined;
  const review = view.operations.find(({ kind }) => kind === "release" || kind === "reject");
  const wanted = state.kind === "released" ? "release" : "reject";
  return review?.kind === wanted && review.state === "succeeded" ? review : undefined;
}

function lookOf(view: ArtifactView, state: ArtifactState): Look {
  const look: Look = looks[state.kind];
  if (state.kind === "working") return { ...look, word: `${wordsFor(state.operation).doing}…` };
  if (state.kind === "live") return { ...look, word: `Live on ${state.targets.join(", ")}` };
  if (state.kind === "deleted" && liveOn(view).length > 0) return { ...look, tone: "attention" };
  if (state.kind === "failed" && state.operation.state === "in-doubt")
    return { ...look, icon: "❓", word: "In doubt" };
  return look;
}

function moreOf(view: ArtifactView, state: ArtifactState): Text {
  const told = headlineOperation(view, state);
  switch (state.kind) {
    case "working":
      return workingMore(view, state.operation);
    case "released":
    case "rejected":
      return told === undefined ? [] : creditOf(told);
    case "failed":
      return text(`to ${wordsFor(state.operation).would} · `, ...creditOf(state.operation));
    case "live":
      return text("since ", { kind: "time", at: state.since });
    case "quarantined":
      return text("waits for a decision");
    case "deleted":
      return deletedMore(view);
    case "mismatched":
      return text(`the registry says otherwise${because(state.why)}`);
    case "unverified":
      return text(`${happened(view)}, not yet confirmed by the registry${because(state.why)}`);
    case "replaced":
      return replacedMore(view);
    case "pushed":
      return view.registryReadable ? [] : text("unverified: this bot does not read the registry");
    default:
      return state satisfies never;
  }
}

function workingMore(view: ArtifactView, operation: Operation): Text {
  const to = backTo(view, operation);
  return to.length === 0 ? creditOf(operation) : text("back", ...to, " · ", ...creditOf(operation));
}

function happened({ artifact }: ArtifactView): string {
  return artifact.pushedAt === undefined ? "quarantined" : "pushed";
}

function because(why: string | undefined): string {
  const said = cutEnd(cleanLine(why ?? "").trim(), shown.outcome);
  return said === "" ? "" : `: ${said}`;
}

function deletedMore({ artifact }: ArtifactView): Text {
  const at = { kind: "time", at: artifact.deletedAt ?? 0 } as const;
  return artifact.digest === "" ? text("the whole repository, ", at) : text(at);
}

function replacedMore({ namedTag, artifact }: ArtifactView): Text {
  if (namedTag === undefined || namedTag.digest === artifact.digest) return [];
  const tag = cutMiddle(cleanLine(namedTag.tag), shown.name);
  return text(code(tag), " is now ", code(shortDigest(namedTag.digest)));
}
