import { useNames } from "../people.tsx";
import { post } from "../requests.ts";
import type { Pressed } from "./draw-card.ts";
import { noteIn } from "./invoke-answer.ts";
import type { TeamsMessage, TeamsPlace, TeamsWorld } from "./teams-world.ts";
import type { KeyedNote } from "./use-notes.ts";
import { useNotes } from "./use-notes.ts";

/** One conversation as one person has it: what only they see, whom its texts can mention, and the ways to act. */
export type Talk = {
  readonly user: string | undefined;
  readonly bot: string;
  readonly notes: readonly KeyedNote[];
  readonly mentions: ReadonlySet<string>;
  /** The card of a message as this person has it. */
  readonly cardOf: (message: TeamsMessage) => object | undefined;
  readonly press: (messageId: string, pressed: Pressed) => Promise<void>;
  readonly say: (text: string, threadId?: string) => Promise<void>;
  readonly dismiss: (key: string) => void;
};

// Stands in for the bot's id where a message does not say whose it is.
const someBot = "28:bot";

/** What a person who may act does in a place, sent to the demo's API; without a person nothing is sent. */
export function useTalk(deps: {
  readonly teams: TeamsWorld;
  readonly place: TeamsPlace;
  readonly user: string | undefined;
  readonly refresh: () => Promise<void>;
}): Talk {
  const { teams, place, user, refresh } = deps;
  const { seenBy, say: note, dismiss } = useNotes(teams);
  const { allNames, userOf } = useNames();
  const bot =
    Object.values(teams.conversations)
      .flat()
      .find(({ from }) => from?.startsWith("28:"))?.from ?? someBot;

  const press: Talk["press"] = async (messageId, { verb, data }) => {
    if (user === undefined) return;
    const conversation = place.id;
    const answer = await post("/teams/click", { conversation, id: messageId, verb, data, user });
    // The state's own notes hold what the bot answered; an older demo says it in its answer alone.
    const said = answer.ok ? (teams.notes ? undefined : noteIn(answer.body)) : answer.problem;
    if (said !== undefined) note({ user, conversation, messageId, text: said });
    await refresh();
  };
  const say: Talk["say"] = async (typed, threadId) => {
    if (user === undefined) return;
    const text = place.kind === "personal" ? typed : addressed(typed, userOf(bot).name);
    const conversation = threadId === undefined ? place.id : `${place.id};messageid=${threadId}`;
    const answer = await post("/teams/message", { conversation, user, text });
    if (!answer.ok) {
      const messageId = threadId === undefined ? {} : { messageId: threadId };
      note({ user, conversation: place.id, ...messageId, text: answer.problem });
    }
    await refresh();
  };
  const mentions = new Set([...allNames, userOf(bot).name]);
  const cardOf: Talk["cardOf"] = ({ id, card }) =>
    teams.cardViews?.findLast((view) => view.messageId === id && view.user === user)?.card ??
    card ??
    undefined;
  return { user, bot, notes: seenBy(user, place.id), mentions, cardOf, press, say, dismiss };
}

/** In channels and group chats a bot only hears what mentions it. */
export function addressed(text: string, name: string): string {
  return withMention(text, name) === text ? `@${name} ${text}` : text;
}

/** What somebody typed, with an `@name` at its start as the tag that Teams makes of it. */
export function withMention(text: string, name: string): string {
  const called = `@${name}`.toLowerCase();
  const isCalled =
    text.toLowerCase().startsWith(called) && !/^[\p{L}\p{N}_]/u.test(text.slice(called.length));
  return isCalled ? `<at>${name}</at>${text.slice(called.length)}` : text;
}
