import type { Card, Tone } from "../../nouns/card.ts";
import type { Operation } from "../../nouns/operation.ts";
import { code, type Text, text, time } from "../../nouns/text.ts";
import { codeOf, joined, startOf } from "../text/shown-text.ts";
import { type ArtifactState, liveOn } from "./artifact-state.ts";
import type { ArtifactView } from "./artifact-view.ts";
import { shortDigest } from "./digest-name.ts";
import { backTo, creditOf } from "./operation-credit.ts";
import { declineOf, lookOfOperation } from "./operation-looks.ts";
import { wordsFor } from "./operation-words.ts";

interface Look {
  readonly icon: string;
  readonly word: string;
  readonly tone: Tone;
}

const looks = {
  "taken-back": { icon: "↩️", word: "Taken back", tone: "neutral" },
  deleted: { icon: "🗑️", word: "Deleted", tone: "neutral" },
  working: { icon: "🔄", word: "Working", tone: "accent" },
  mismatched: { icon: "⚠️", word: "Mismatched", tone: "attention" },
  unverified: { icon: "🔎", word: "Unverified", tone: "warning" },
  quarantined: { icon: "🔒", word: "Quarantined", tone: "warning" },
  rejected: { icon: "⛔", word: "Rejected", tone: "attention" },
  unhealthy: { icon: "🚑", word: "Unhealthy", tone: "attention" },
  live: { icon: "🟢", word: "Live", tone: "good" },
  replaced: { icon: "⚪", word: "Replaced", tone: "neutral" },
  failed: { icon: "❌", word: "Failed", tone: "attention" },
  stopped: { icon: "🚫", word: "Cancelled", tone: "neutral" },
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
  if (state.kind === "working" || state.kind === "failed" || state.kind === "stopped") return state.operation;
  if (state.kind !== "released" && state.kind !== "rejected") return undefined;
  const review = view.operations.find(({ kind }) => kind === "release" || kind === "reject");
  const wanted = state.kind === "released" ? "release" : "reject";
  return review?.kind === wanted && review.state === "succeeded" ? review : undefined;
}

/** `Deploy to staging`, where the headline's word does not say what it is about. */
export function subjectOfWord(state: ArtifactState): string | undefined {
  if (state.kind !== "working" && state.kind !== "failed" && state.kind !== "stopped") return undefined;
  return state.operation.state === "running" ? undefined : wordsFor(state.operation).name;
}

function lookOf(view: ArtifactView, state: ArtifactState): Look {
  const look: Look = looks[state.kind];
  if (state.kind === "working") return workingLook(state.operation);
  if (state.kind === "live" || state.kind === "unhealthy")
    return { ...look, word: `${look.word} on ${state.targets.join(", ")}` };
  if (state.kind === "deleted" && liveOn(view).length > 0) return { ...look, tone: "attention" };
  if (state.kind === "failed" && state.operation.state === "in-doubt")
    return { ...look, icon: "❓", word: "In doubt" };
  return state.kind === "stopped" ? { ...look, ...stoppedLook(state.operation) } : look;
}

function workingLook(operation: Operation): Look {
  const { icon, tone } = lookOfOperation(operation);
  if (operation.state === "awaiting-approval") return { icon, tone, word: "Awaiting approval" };
  if (operation.state === "cancelling") return { icon, tone, word: "Cancelling…" };
  if (operation.state === "queued") return { icon, tone, word: "Queued" };
  return { ...looks.working, word: `${wordsFor(operation).doing}…` };
}

function stoppedLook(operation: Operation): Pick<Look, "icon" | "word"> {
  if (declineOf(operation) !== undefined) return { icon: "🚫", word: "Declined" };
  return operation.state === "expired" ? { icon: "⌛", word: "Expired" } : looks.stopped;
}

function moreOf(view: ArtifactView, state: ArtifactState): Text {
  const told = headlineOperation(view, state);
  switch (state.kind) {
    case "working":
      return workingMore(view, state.operation);
    case "released":
    case "rejected":
      return told === undefined ? [] : creditOf(view, told);
    case "failed":
    case "stopped":
      return toDo(view, state.operation);
    case "live":
    case "unhealthy":
      return text("since ", time(state.since));
    case "quarantined":
      return text("waits for a decision");
    case "taken-back":
      return text("the registry never confirmed it, and an operator took it back ", time(state.at));
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
  if (operation.state !== "running") return toDo(view, operation);
  const to = backTo(view, operation);
  const credit = creditOf(view, operation);
  return to.length === 0 ? credit : joined([text("back", to), credit]);
}

/** `to roll back production to 1.4.1 · …`, after a word that does not say what is done. */
function toDo(view: ArtifactView, operation: Operation): Text {
  const what = text(`to ${wordsFor(operation).would}`, backTo(view, operation));
  return joined([what, creditOf(view, operation)]);
}

function happened({ artifact }: ArtifactView): string {
  return artifact.pushedAt === undefined ? "quarantined" : "pushed";
}

function because(why: string | undefined): string {
  const said = startOf(why, "outcome");
  return said === "" ? "" : `: ${said}`;
}

function deletedMore({ artifact }: ArtifactView): Text {
  const at = time(artifact.deletedAt ?? 0);
  return artifact.digest === "" ? text("the whole repository, ", at) : text(at);
}

function replacedMore({ namedTag, artifact }: ArtifactView): Text {
  if (namedTag === undefined || namedTag.digest === artifact.digest) return [];
  return text(codeOf(namedTag.tag, "name"), " is now ", code(shortDigest(namedTag.digest)));
}
