import { ChatopsError } from "../errors.ts";

/**
 * A call that certainly had no effect: no connection came about, or the other side refused it in so many words. What
 * fails otherwise may have been done, and the answer lost.
 */
export class NotTaken extends ChatopsError {
  /** HTTP status of the refusal; absent: there was no answer. */
  readonly status: number | undefined;

  constructor(
    code: ChatopsError["code"],
    message: string,
    options: ConstructorParameters<typeof ChatopsError>[2] & { readonly status?: number } = {},
  ) {
    super(code, message, options);
    this.status = options.status;
  }
}
