import type { Card } from "../nouns/card.ts";
import { code, text } from "../nouns/text.ts";
import type { ArtifactState } from "./artifact-state.ts";
import type { ArtifactView } from "./artifact-view.ts";
import { shortDigest } from "./digest-name.ts";
import { wordsFor } from "./operation-words.ts";

type StateLine = Card["state"];

/** The card's headline: one icon, one word, one colour, and the rest of the sentence. */
export function stateLine(view: ArtifactView, state: ArtifactState): StateLine {
  const { artifact } = view;
  switch (state.kind) {
    case "deleted":
      return { icon: "🗑️", word: "Deleted", tone: "attention", more: deletedMore(view) };
    case "working":
      return { icon: "🔄", word: `${wordsFor(state.operation).doing}…`, tone: "accent" };
    case "mismatched":
      return { icon: "⚠️", word: "Mismatched", tone: "attention", more: text("the registry says otherwise") };
    case "unverified":
      return {
        icon: "🔎",
        word: "Unverified",
        tone: "warning",
        more: text(
          `${artifact.pushedAt === undefined ? "quarantined" : "pushed"}, not yet confirmed by the registry`,
        ),
      };
    case "quarantined":
      return { icon: "🔒", word: "Quarantined", tone: "warning", more: text("waits for a decision") };
    case "rejected":
      return { icon: "⛔", word: "Rejected", tone: "attention", more: text("it stays blocked") };
    case "live":
      return {
        icon: "🟢",
        word: `Live on ${state.targets.join(", ")}`,
        tone: "good",
        more: text("since ", { kind: "time", at: state.since }),
      };
    case "replaced":
      return { icon: "⚪", word: "Replaced", tone: "neutral", ...replacedMore(view) };
    case "failed":
      return {
        icon: state.operation.state === "in-doubt" ? "❓" : "❌",
        word: state.operation.state === "in-doubt" ? "In doubt" : "Failed",
        tone: "attention",
        more: text(`to ${wordsFor(state.operation).would}`),
      };
    case "released":
      return { icon: "✅", word: "Released", tone: "good" };
    case "pushed":
      return { icon: "📦", word: "Pushed", tone: "neutral", ...pushedMore(view) };
    default:
      return state satisfies never;
  }
}

function deletedMore({ artifact }: ArtifactView) {
  const at = { kind: "time", at: artifact.deletedAt ?? 0 } as const;
  return artifact.digest === "" ? text("the whole repository, ", at) : text(at);
}

function replacedMore({ namedTag, artifact }: ArtifactView): Pick<StateLine, "more"> | undefined {
  if (namedTag === undefined || namedTag.digest === artifact.digest) return undefined;
  return { more: text(code(namedTag.tag), " is now ", code(shortDigest(namedTag.digest))) };
}

function pushedMore(view: ArtifactView): Pick<StateLine, "more"> | undefined {
  if (!view.registryReadable) return { more: text("unverified: this bot does not read the registry") };
  return undefined;
}
