import { fieldOf } from "../requests.ts";

/** The sentence in a bot's answer to an invoke, if it has one: `application/vnd.microsoft.activity.message` of an
 * Action.Execute, or a `message` task of a dialog (learn.microsoft.com, "Universal Actions", "Task modules"). The demo
 * may hand the answer on as it is or as `body`. */
export function noteIn(answer: unknown): string | undefined {
  for (const one of [answer, fieldOf(answer, "body")]) {
    const task = fieldOf(one, "task");
    const said = [
      fieldOf(one, "type") === "application/vnd.microsoft.activity.message"
        ? fieldOf(one, "value")
        : undefined,
      fieldOf(task, "type") === "message" ? fieldOf(task, "value") : undefined,
      fieldOf(one, "note"),
    ].find((value) => typeof value === "string" && value !== "");
    if (typeof said === "string") return said;
  }
  const error = fieldOf(answer, "error");
  return typeof error === "string" ? error : undefined;
}

/** What an answer says is wrong with a dialog's values, by input id; `""` is the dialog as a whole. */
export function problemsIn(answer: unknown): Readonly<Record<string, string>> {
  const errors = fieldOf(answer, "errors");
  if (typeof errors === "string" && errors !== "") return { "": errors };
  if (typeof errors === "object" && errors !== null)
    return Object.fromEntries(Object.entries(errors).map(([id, said]) => [id, String(said)]));
  const said = fieldOf(answer, "ok") === false ? fieldOf(answer, "error") : undefined;
  return typeof said === "string" ? { "": said } : {};
}
