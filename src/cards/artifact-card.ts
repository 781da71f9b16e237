import type { Card, Note } from "../nouns/card.ts";
import type { ButtonMeaning } from "../nouns/request.ts";
import { text } from "../nouns/text.ts";
import { present } from "../present.ts";
import { buttonsOf } from "./buttons/card-buttons.ts";
import { liveOn, stateOf } from "./facets/artifact-state.ts";
import type { ArtifactView } from "./facets/artifact-view.ts";
import { titleOf } from "./facets/digest-name.ts";
import { badgesOf, factsOf } from "./facets/facts.ts";
import { glassNotes, operationNotes } from "./facets/operation-notes.ts";
import { regionsOf } from "./facets/regions.ts";
import { runningOf } from "./facets/running-line.ts";
import { headlineOperation, stateLine, subjectOfWord } from "./facets/state-line.ts";
import { holdNotes, warningNotes } from "./facets/warning-notes.ts";
import { cleanLine } from "./text/clean-text.ts";
import { plainLine } from "./text/plain-line.ts";
import { endsOf } from "./text/shown-text.ts";
import { shown } from "./text/text-limits.ts";

/** The card of one artifact in one channel, and what its buttons stand for: store those before the card is shown. */
export function buildCard(view: ArtifactView): { card: Card; buttons: readonly ButtonMeaning[] } {
  const state = stateOf(view);
  const title = endsOf(titleOf(view), "title");
  const { buttons, meanings } = buttonsOf(view);
  const headline = stateLine(view, state);
  const card: Card = {
    title,
    registry: view.artifact.registry,
    summary: summaryOf(title, view, headline, subjectOfWord(state)),
    state: headline,
    notes: [
      ...warningNotes(view, state),
      ...holdNotes(view, meanings),
      ...glassNotes(view),
      ...operationNotes(view, headlineOperation(view, state)),
      ...modeNotes(view, meanings),
    ].slice(0, shown.notes),
    facts: factsOf(view, state),
    badges: badgesOf(view.artifact),
    ...present({ regions: regionsOf(view.artifact), running: runningOf(view, state) }),
    buttons,
  };
  return { card, buttons: meanings };
}

/** `shop/checkout:1.4.2 in contoso: Live on production`: what, where, what happened, as a phone shows it. */
function summaryOf(title: string, view: ArtifactView, state: Card["state"], about = ""): string {
  const word = state.word.replace(/…$/, "") + (about === "" ? "" : `: ${about}`);
  // Times read badly on a lock screen, and it shows when the message came anyway.
  const untimed = state.more?.every(({ kind }) => kind !== "time") ?? false;
  const more = untimed ? `, ${plainLine(state.more ?? [])}` : "";
  const live = view.artifact.deletedAt === undefined ? [] : liveOn(view).map(({ target }) => target);
  const runs = live.length === 0 ? "" : `, but ${live.join(", ")} runs it`;
  return cleanLine(`${title} in ${view.artifact.registry}: ${word}${more}${runs}`);
}

function modeNotes(view: ArtifactView, meanings: readonly ButtonMeaning[]): readonly Note[] {
  if (view.mode !== "observe" || meanings.every(({ verb }) => verb === "details")) return [];
  const words = "Observe mode: a button says what it would have done, and changes nothing";
  return [{ icon: "👀", tone: "neutral", text: text(words) }];
}
