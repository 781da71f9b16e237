import type { Action, AdaptiveCard } from "adaptivecards";
import { Input, SubmitAction } from "adaptivecards";
import type { RefObject } from "react";
import { useLayoutEffect, useRef, useState } from "react";
import { post } from "../requests.ts";
import { drawCard, mentionsOf, openLink, pressedIn, testIdOf } from "./draw-card.ts";
import { noteIn, problemsIn } from "./invoke-answer.ts";
import type { TeamsDialog } from "./teams-world.ts";

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

  const submit = async (values: unknown): Promise<void> => {
    if (pending) return;
    setPending(true);
    const answer = await post("/teams/submit", { dialogId, user, values });
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
      if (pressed) void latest.current(pressed.data);
      else openLink(action);
    };
    const drawn = drawCard(source, place.current, { mentions: mentionsOf(source), press });
    // The row of the card's own buttons; the same actions are pressed at the foot.
    drawn.getActionAt(0)?.renderedElement?.closest(".ac-actionSet")?.parentElement?.remove();
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
  const note = noteIn(body);
  return Object.keys(problems).length > 0 || note === undefined ? problems : { "": note };
}

function footOf(card: AdaptiveCard): readonly FootButton[] {
  const count = card.getActionCount();
  const actions = Array.from({ length: count }, (_one, index) => card.getActionAt(index)).filter(
    (action) => action !== undefined,
  );
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
