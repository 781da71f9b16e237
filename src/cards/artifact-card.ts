import type { Card, Note } from "../nouns/card.ts";
import type { ButtonMeaning } from "../nouns/request.ts";
import { plainOf } from "../nouns/text.ts";
import { stateOf } from "./artifact-state.ts";
import type { ArtifactView } from "./artifact-view.ts";
import { badgesOf } from "./badges.ts";
import { buttonsOf } from "./buttons.ts";
import { cleanLine } from "./clean-text.ts";
import { cutMiddle } from "./cut-text.ts";
import { titleOf } from "./digest-name.ts";
import { factsOf } from "./facts.ts";
import { shown } from "./limits.ts";
import { operationNotes } from "./operation-notes.ts";
import { regionsOf } from "./regions.ts";
import { runningOf } from "./running.ts";
import { stateLine } from "./state-line.ts";
import { warningNotes } from "./warning-notes.ts";

/** The card of one artifact in one channel, and what its buttons stand for: store those before the card is shown. */
export function buildCard(view: ArtifactView): { card: Card; buttons: readonly ButtonMeaning[] } {
  const state = stateOf(view);
  const title = cutMiddle(cleanLine(titleOf(view)).trim(), shown.title);
  const { buttons, meanings } = buttonsOf(view);
  const headline = stateLine(view, state);
  const regions = regionsOf(view.artifact);
  const running = runningOf(view, state);
  const card: Card = {
    title,
    registry: view.artifact.registry,
    summary: summaryOf(title, view, headline),
    state: headline,
    notes: [...warningNotes(view, state), ...operationNotes(view), ...modeNotes(view, meanings)].slice(
      0,
      shown.notes,
    ),
    facts: factsOf(view, state),
    badges: badgesOf(view.artifact),
    ...(regions === undefined ? {} : { regions }),
    ...(running === undefined ? {} : { running }),
    buttons,
  };
  return { card, buttons: meanings };
}

/** `shop/checkout:1.4.2 in contoso: Live on production`: what, where, what happened, as a phone shows it. */
function summaryOf(title: string, view: ArtifactView, state: Card["state"]): string {
  const word = state.word.replace(/…$/, "");
  // Times read badly on a lock screen, and it shows when the message came anyway.
  const timed = state.more?.some(({ kind }) => kind === "time") ?? true;
  const more = timed || state.more === undefined ? "" : `, ${plainOf(state.more)}`;
  return cleanLine(`${title} in ${view.artifact.registry}: ${word}${more}`);
}

function modeNotes(view: ArtifactView, meanings: readonly ButtonMeaning[]): readonly Note[] {
  if (view.mode !== "observe" || meanings.every(({ verb }) => verb === "details")) return [];
  const words = "Observe mode: a button says what it would have done, and changes nothing";
  return [{ icon: "👀", tone: "neutral", text: [{ kind: "plain", text: words }] }];
}
