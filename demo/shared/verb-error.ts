/** Something that a person in Slack could not have done: there is no such button, channel, user or view. */
export class VerbError extends Error {
  readonly code: "no_such_button" | "no_such_channel" | "no_such_user" | "no_such_view" | "bad_values";

  constructor(code: VerbError["code"], detail: string) {
    super(`${code.replaceAll("_", " ")}: ${detail}`);
    this.name = "VerbError";
    this.code = code;
  }
}
