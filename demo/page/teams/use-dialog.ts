import type { Action, AdaptiveCard } from "adaptivecards";
import { Input, SubmitAction } from "adaptivecards";
import type { RefObject } from "react";
import { useLayoutEffect, useRef, useState } from "react";
import { fieldOf, post } from "../requests.ts";
import { drawCard, mentionsOf, openLink, pressedIn, testIdOf, valuesIn } from "./draw-card.ts";
import { noteIn, problemsIn } from "./invoke-answer.ts";
import type { TeamsDialog } from "./teams-world.ts";

// Teams' own words for an answer that is late, missing or wrong.
const failed = "Something went wrong. Please try again.";

type Problems = Readonly<Record<string, string>>;

/** A dialog's card, drawn into `place` without its row of buttons, which stand at the foot; what was refused, by input
 * id (`""`: the whole); and the way to close it. */
export type DialogForm = {
  readonly place: RefObject<HTMLDivElement>;
  readonly foot: readonly FootButton[];
  readonly problems: Problems;
  readonly pending: boolean;
  readonly close: () => Promise<void>;
};

export type FootButton = {
  readonly title: string;
  readonly style: string;
  readonly testId: string;
  readonly press: () => void;
};

/** Keeps one open dialog: its inputs are adaptivecards' own and stay as they are while the world around changes. */
export function useDialog(dialog: TeamsDialog, refresh: () => Promise<void>): DialogForm {
  const place = useRef<HTMLDivElement>(null);
  const [card, setCard] = useState<AdaptiveCard>();
  const [problems, setProblems] = useState<Problems>({});
  const [pending, setPending] = useState(false);
  const { id: dialogId, user } = dialog;

  const submit = async (from: AdaptiveCard, verb: string): Promise<void> => {
    if (pending) return;
    setPending(true);
    // Which button, only where that is a question.
    const which = from.getAllActions().filter(pressedIn).length > 1 ? { verb } : {};
    const answer = await post("/teams/submit", { dialogId, user, values: valuesIn(from), ...which });
    setPending(false);
    setProblems(answer.ok ? saidWrong(answer.body) : { "": answer.problem });
    await refresh();
  };
  const latest = useRef(submit);
  latest.current = submit;
  const json = JSON.stringify(dialog.card);
  useLayoutEffect(() => {
    if (!place.current) return;
    const source: object = JSON.parse(json);
    const press = (action: Action): void => {
      const pressed = pressedIn(action);
      if (pressed) void latest.current(drawn, pressed.verb);
      else openLink(action);
    };
    const drawn = drawCard(source, place.current, { mentions: mentionsOf(source), press });
    // The row of the card's own buttons; the same actions are pressed at the foot.
    const [first] = rootActions(drawn);
    first?.renderedElement?.closest(".ac-actionSet")?.parentElement?.remove();
    setCard(drawn);
    setProblems({});
  }, [json]);

  const said = JSON.stringify(problemsIn(dialog));
  useLayoutEffect(() => {
    const errors: Problems = JSON.parse(said);
    if (Object.keys(errors).length > 0) setProblems(errors);
  }, [said]);
  useLayoutEffect(() => {
    if (card) markInputs(card, problems);
  }, [card, problems]);

  const close = async (): Promise<void> => {
    await post("/teams/close", { dialogId, user });
    await refresh();
  };
  return { place, foot: card ? footOf(card) : [], problems, pending, close };
}

/** What an answer to a submission says is wrong: errors by input, or a message in the place of the dialog. */
function saidWrong(body: unknown): Problems {
  const problems = problemsIn(body);
  if (Object.keys(problems).length > 0) return problems;
  const note = noteIn(body) ?? (fieldOf(body, "outcome") === "failed" ? failed : undefined);
  return note === undefined ? {} : { "": note };
}

function rootActions(card: AdaptiveCard): readonly Action[] {
  const actions = Array.from({ length: card.getActionCount() }, (_one, index) => card.getActionAt(index));
  return actions.filter((action) => action !== undefined);
}

function footOf(card: AdaptiveCard): readonly FootButton[] {
  const actions = rootActions(card);
  const first = actions.findIndex((action) => action instanceof SubmitAction);
  return actions.map((action, index) => ({
    title: action.title ?? "OK",
    style: action.style.toLowerCase(),
    testId: index === first ? "teams-dialog-submit" : testIdOf(action),
    // Checks the card's inputs first and leads to the first that is not filled in.
    press: () => action.execute(),
  }));
}

function markInputs(card: AdaptiveCard, problems: Problems): void {
  const [first] = card.getAllInputs().filter((input) => {
    const control = input.renderedElement?.querySelector("input, textarea, select");
    const isWrong = problems[input.id ?? ""] !== undefined && input instanceof Input;
    if (isWrong) control?.setAttribute("aria-invalid", "true");
    else control?.removeAttribute("aria-invalid");
    return isWrong;
  });
  first?.focus();
}
