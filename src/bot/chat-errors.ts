import { ChatopsError } from "../errors.ts";
import { neverSent } from "../outgoing/never-sent.ts";

/** What a call would have done: only a post can double, so only a post can be in doubt. */
export type ChatCall = "post" | "edit" | "read";

/** The ChatopsError for a call that got no answer: a post is in doubt, unless it certainly never left. */
export function lostAnswer(
  platform: "Slack" | "Teams",
  call: ChatCall,
  place: string,
  error: unknown,
  why: string,
): ChatopsError {
  return call === "post" && !neverSent(error)
    ? new ChatopsError("chat-in-doubt", `The answer to a post to ${place} was lost: ${why}`)
    : new ChatopsError("chat-later", `${platform} could not be reached for ${place}: ${why}`);
}
