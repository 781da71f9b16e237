import { useState } from "react";
import { fieldOf, post } from "../requests.ts";
import type { Surface } from "../slack/surface.ts";
import type { View } from "../world.ts";
import type { Entered } from "./values.ts";
import { missingIn, slackValues } from "./values.ts";

type Problems = Readonly<Record<string, string>>;

function problemsIn(body: unknown): Problems {
  const errors = fieldOf(body, "errors");
  if (typeof errors !== "object" || errors === null) return {};
  return Object.fromEntries(Object.entries(errors).map(([blockId, said]) => [blockId, String(said)]));
}

/** What was entered into a view, what is wrong with it by block id, and the ways to send it: submit, close, and the
 * click on a button in it. `trouble` is set while the last of these failed as a whole. */
export function useViewForm(view: View, refresh: () => Promise<void>) {
  const [entered, setEntered] = useState<Entered>({});
  const [problems, setProblems] = useState<Problems>(view.errors ?? {});
  const [trouble, setTrouble] = useState<string>();
  const [pending, setPending] = useState(false);

  const send = async (path: string, more: object): Promise<unknown> => {
    const answer = await post(path, { viewId: view.id, user: view.user, ...more });
    setTrouble(answer.ok ? undefined : answer.problem);
    await refresh();
    return answer.ok ? answer.body : undefined;
  };
  const submit = async (): Promise<void> => {
    if (pending) return;
    const missing = missingIn(view.blocks, entered);
    setProblems(missing);
    if (Object.keys(missing).length > 0) return;
    setPending(true);
    setProblems(problemsIn(await send("/slack/submit", { values: slackValues(view.blocks, entered) })));
    setPending(false);
  };
  const close = async (): Promise<void> => {
    await send("/slack/close", {});
  };
  const click: Surface["click"] = async (action) => {
    await send("/slack/click", action);
  };
  const change = (blockId: string, actionId: string, held: string | readonly string[]): void =>
    setEntered((now) => ({ ...now, [blockId]: { ...now[blockId], [actionId]: held } }));

  return { entered, problems, trouble, pending, submit, close, click, change };
}
