import { append } from "../shared/keep-recent.ts";
import { VerbError } from "../shared/verb-error.ts";
import { baseActivity } from "./activities.ts";
import type { PeopleDeps } from "./click.ts";
import { getPerson, getSeenPlace, hasBot, splitConversationId } from "./find-place.ts";
import { noteFailure } from "./notes.ts";
import type { Delivery } from "./send-to-bot.ts";
import type { Spoiled } from "./sign-activity.ts";

/** A person writes something. In groups and channels the bot hears it only when `@acr` is in it. */
export type Say = {
  /** A personal chat, group or channel; `;messageid=` names a thread too. */
  readonly conversation: string;
  readonly user: string;
  readonly text: string;
  /** The first message of the thread to answer in. */
  readonly threadOf?: string;
  readonly spoiled?: Spoiled;
};

/** The message as it stands in the conversation; no delivery when the bot was not addressed or is not there. */
export type Said = { readonly id: string; readonly delivery: Delivery | undefined };

/** Sends a `message` activity as Teams does, with the mention as an entity. */
export function createSay({ state, bot, serviceUrl }: PeopleDeps) {
  const { botId, bot: account } = state.facts;
  const tag = `<at>${account.name}</at>`;
  return async (say: Say): Promise<Said> => {
    const person = getPerson(state, say.user);
    const place = getSeenPlace(state, say.conversation, person);
    const asked = say.threadOf ?? splitConversationId(say.conversation).root;
    const thread = asked === undefined ? undefined : place.messages.find(({ id }) => id === asked);
    if (asked !== undefined && (thread === undefined || place.kind !== "channel")) {
      throw new VerbError("no_such_message", `${asked} in ${place.id}`);
    }
    const root = thread === undefined ? undefined : (thread.replyToId ?? thread.id);
    const id = state.nextId();
    const replyToId = root === undefined ? {} : { replyToId: root };
    append(place, {
      id,
      ...replyToId,
      from: person.id,
      text: say.text,
      card: null,
      edits: 0,
      at: state.facts.now(),
    });
    state.changed();
    const isAddressed = place.kind === "personal" || mentions(say.text, account.name);
    if (!isAddressed || !hasBot(state, place)) return { id, delivery: undefined };
    const text = say.text.replace(mentionOf(account.name), tag);
    const mention = { type: "mention", mentioned: { id: botId, name: account.name }, text: tag };
    // A message that begins a thread is that thread's first message.
    const scene = { person, place, root: root ?? id };
    const base = baseActivity(state, serviceUrl(), scene);
    const delivery = await bot.send(
      {
        ...base,
        type: "message",
        id,
        text,
        textFormat: "plain",
        attachments: [{ contentType: "text/html", content: toHtml(text, account.name) }],
        entities: [
          ...(text.includes(tag) ? [mention] : []),
          ...(Array.isArray(base.entities) ? base.entities : []),
        ],
      },
      say.spoiled,
    );
    const at = { conversation: place.id, messageId: id, user: person.id };
    if (delivery.error !== undefined) noteFailure(state, at, "message", delivery.error);
    return { id, delivery };
  };
}

function mentionOf(name: string): RegExp {
  const escaped = name.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
  return new RegExp(`<at>${escaped}</at>|@${escaped}(?![\\p{L}\\p{N}])`, "iu");
}

function mentions(text: string, name: string): boolean {
  return mentionOf(name).test(text);
}

// What the client's editor makes of it; the mention is an element of its own there.
function toHtml(text: string, name: string): string {
  const tag = `<at>${name}</at>`;
  const span = `<span itemscope="" itemtype="http://schema.skype.com/Mention" itemid="0">${name}</span>`;
  const escaped = (part: string) => part.replace(/&/g, "&amp;").replace(/</g, "&lt;").replace(/>/g, "&gt;");
  return `<div><div>${text.split(tag).map(escaped).join(span)}</div></div>`;
}
