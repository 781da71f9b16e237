import type { Note } from "../../nouns/card.ts";
import { isFinished, type Operation } from "../../nouns/operation.ts";
import { bold, text } from "../../nouns/text.ts";
import type { ArtifactView } from "./artifact-view.ts";
import { backTo, creditOf } from "./operation-credit.ts";
import { lookOfOperation } from "./operation-looks.ts";
import { wordsFor } from "./operation-words.ts";

/** One line per operation that matters; the one that the headline tells of is left out. */
export function operationNotes(view: ArtifactView, headline: Operation | undefined): readonly Note[] {
  return operationsThatMatter(view)
    .filter((operation) => operation.id !== headline?.id)
    .map((operation) => operationNote(view, operation));
}

/**
 * Every open operation, then the newest finished one of each target (and review), with the failed one that it goes back
 * from by itself.
 */
export function operationsThatMatter({ operations }: Pick<ArtifactView, "operations">): readonly Operation[] {
  const seen = new Set<string>();
  const undone = new Set<string>();
  const newest = operations.filter((operation) => {
    const place = operation.target ?? "review";
    if (operation.rollbackOf !== undefined && !seen.has(place)) undone.add(operation.rollbackOf);
    if (!isFinished(operation) || undone.has(operation.id)) return true;
    if (seen.has(place)) return false;
    seen.add(place);
    return true;
  });
  const open = newest.filter((operation) => !isFinished(operation));
  return [...open, ...newest.filter((operation) => isFinished(operation))];
}

function operationNote(view: ArtifactView, operation: Operation): Note {
  const { icon, tone, said } = lookOfOperation(operation);
  const by = operation.state === "succeeded" ? " " : " · ";
  return { icon, tone, text: text(bold(said), backTo(view, operation), by, creditOf(view, operation)) };
}

/** Who goes past the rules does so in everybody's sight, as long as the operation matters. */
export function glassNotes(view: ArtifactView): readonly Note[] {
  return operationsThatMatter(view)
    .filter(({ breakGlassUntil, rollbackOf }) => breakGlassUntil !== undefined && rollbackOf === undefined)
    .map((operation): Note => {
      const goes = isFinished(operation) ? "went" : "goes";
      const what = `${goes} past approvals, soak, freeze and locks`;
      return {
        icon: "🔨",
        tone: "warning",
        text: text(bold("The glass was broken"), `: ${lowerFirst(wordsFor(operation).name)} ${what}`),
      };
    });
}

function lowerFirst(words: string): string {
  return `${words.charAt(0).toLowerCase()}${words.slice(1)}`;
}
