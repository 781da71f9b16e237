import { keepRecent } from "../shared/keep-recent.ts";
import type { TeamsNote, TeamsState } from "./state.ts";
import { complain } from "./state.ts";

/** What a note is about. */
export type NotedAt = Pick<TeamsNote, "conversation" | "messageId" | "user">;

/** Shows something to one person alone. */
export function note(state: TeamsState, at: NotedAt, kind: TeamsNote["kind"], text: string): void {
  state.notes = keepRecent(state.notes, { ...at, kind, text, at: state.facts.now() });
  state.changed();
}

/** Shows Teams' own words to the person, and keeps what was wrong for whoever looks after the bot. */
export function noteFailure(state: TeamsState, at: NotedAt, what: string, problem: string): void {
  complain(state, `${what}: ${problem}`);
  // What the client says for every answer that is late, missing or wrong.
  note(state, at, "failure", "Something went wrong. Please try again.");
}
