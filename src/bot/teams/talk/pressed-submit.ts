import { z } from "zod";
import { type Notice, notice } from "../../../nouns/card.ts";
import type { Background } from "../../background.ts";
import { click } from "../../converse/clicks.ts";
import type { ClickAnswer, ClickDeps } from "../../converse/conversation.ts";
import { createOnce } from "../../converse/once.ts";
import type { Activity } from "./activity.ts";
import { clickOf } from "./invokes.ts";
import type { PrivateAnswers } from "./private-answer.ts";

const Pressed = z.object({ reference: z.string().max(200) });

/** The reference of the button that was pressed; undefined: somebody wrote a message. */
export function pressedReference({ text, value }: Activity): string | undefined {
  const pressed = Pressed.safeParse(value);
  return pressed.success && (text ?? "").trim() === "" ? pressed.data.reference : undefined;
}

/**
 * Makes what takes presses on an `Action.Submit` without a dialog: they come as messages without words, and are answered
 * as what was typed. It resolves when what a press asks for is on disk.
 */
export function createPressed(
  deps: ClickDeps & {
    /** Our own tenant. */
    readonly home: string;
    readonly answers: PrivateAnswers;
    readonly background: Background;
  },
): (activity: Activity, reference: string) => Promise<void> {
  const once = createOnce(deps);
  return async (activity, reference) => {
    const input = clickOf(activity, reference, deps);
    if (input === undefined) return;
    await once(input.requestId, async () => {
      const said = wordsOf(await click(input, deps));
      deps.background.run(deps.answers.answer(activity, input.who, said));
    });
  };
}

function wordsOf(answer: ClickAnswer): Notice {
  if (answer.kind === "private") return answer.notice;
  const { submit, body, title } = answer.dialog;
  if (submit === undefined) return notice("neutral", "📄", body, title);
  return notice("warning", "💬", [
    "This button opens a dialog, and your client didn't. Nothing was changed.",
    "Use the command instead: help lists them.",
  ]);
}
