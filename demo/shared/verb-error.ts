/** Something that a person on a chat platform could not have done: there is no such button, place, person or dialog. */
export class VerbError extends Error {
  readonly code:
    | "no_such_button"
    | "no_such_channel"
    | "no_such_conversation"
    | "no_such_message"
    | "no_such_user"
    | "no_such_view"
    | "no_such_dialog"
    | "bad_values";

  constructor(code: VerbError["code"], detail: string) {
    super(`${code.replaceAll("_", " ")}: ${detail}`);
    this.name = "VerbError";
    this.code = code;
  }
}
