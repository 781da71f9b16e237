import { ChatopsError } from "../errors.ts";

/**
 * A call that certainly had no effect: no connection came about, or the other side refused it in so many words. What
 * fails otherwise may have been done, and the answer lost.
 */
export class NotTaken extends ChatopsError {}
