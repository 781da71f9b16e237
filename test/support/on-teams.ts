import { cast } from "../../demo/cast.ts";
import { actionsIn, everyObject } from "../../demo/teams/card-parts.ts";
import type { Clicked } from "../../demo/teams/click.ts";
import type { Say } from "../../demo/teams/say.ts";
import type { TeamsMessage } from "../../demo/teams/state.ts";
import type { Submitted } from "../../demo/teams/submit.ts";
import type { TeamsWorld } from "../../demo/teams/world.ts";
import type { Stage } from "./stage.ts";
import { untilKnown } from "./until-known.ts";

export const [maya, priya, zoe, lena, jonas] = cast.teams.people;
export const releases = "19:releases@thread.tacv2";
export const general = "19:general@thread.tacv2";
export const oncall = cast.teams.group.id;

/** A card as people see it in Teams. */
export interface TeamsCard {
  readonly id: string;
  /** What a toast says of it. */
  readonly summary: string;
  /** Everything that it says, line by line. */
  readonly text: string;
  readonly edits: number;
  /** The verbs of its buttons that act: `deploy`, `details` … */
  readonly buttons: readonly string[];
}

/** What people do and see in the Teams of a stage whose world has it. */
export interface OnTeams {
  readonly world: TeamsWorld;
  /** Cards, not replies, of a place, oldest first. */
  cards(conversation?: string): readonly TeamsCard[];
  /** Waits for a card with that title (its summary begins with it) that is as wanted. */
  card(title: string, wanted?: (card: TeamsCard) => boolean, conversation?: string): Promise<TeamsCard>;
  /** What stands in a card's thread. */
  repliesTo(id: string, conversation?: string): readonly string[];
  /** Presses a button of a card in the channel of releases. */
  press(id: string, verb: string, user?: string): Promise<Clicked>;
  submit(dialogId: string, reason?: string, user?: string): Promise<Submitted>;
  /** Presses, fills in and submits; throws what the person was told if no dialog came. */
  act(id: string, verb: string, reason?: string, user?: string): Promise<Submitted>;
  /** Writes and gives the bot's next message there and the one in the person's own chat, as soon as they come. */
  say(say: Say): Promise<Heard>;
}

/** What was heard after somebody wrote. */
export interface Heard {
  /** The id of what was written. */
  readonly id: string;
  readonly request: NonNullable<Submitted["delivery"]>["request"] | undefined;
  here(): Promise<TeamsMessage>;
  privately(): Promise<string>;
}

/** The Teams of a stage; throws when its world has none. */
export function onTeams({ world: { teams: world }, bot, until }: Stage): OnTeams {
  if (world === undefined) throw new Error("the stage's world has no Teams");
  const press: OnTeams["press"] = (id, verb, user = maya.id) =>
    world.click({ conversation: releases, id, verb, user });
  const submit: OnTeams["submit"] = async (dialogId, reason, user = maya.id) => {
    const person = cast.teams.people.find((one) => one.id === user);
    if (person !== undefined) await untilKnown(bot.store, world.tenantId, person.aadObjectId);
    return await world.submit({ dialogId, user, values: reason === undefined ? {} : { reason } });
  };
  const cards = (conversation = releases) =>
    world.messages(conversation).flatMap((one) => (one.replyToId === undefined ? cardOf(one) : []));
  return {
    world,
    cards,
    press,
    submit,
    card: (title, wanted = () => true, conversation = releases) =>
      until(
        () => cards(conversation).findLast((one) => one.summary.startsWith(title) && wanted(one)),
        `a card "${title}" in Teams`,
      ),
    repliesTo: (id, conversation = releases) =>
      world
        .messages(conversation)
        .filter(({ replyToId }) => replyToId === id)
        .map(wordsOf),
    act: async (id, verb, reason, user) => {
      const pressed = await press(id, verb, user);
      if (pressed.dialogId === undefined) throw new Error(pressed.text ?? pressed.outcome);
      return await submit(pressed.dialogId, reason, user);
    },
    say: async (say) => {
      const own = world.personalChat(say.user);
      const place = say.conversation;
      const before = { here: world.messages(place).length, own: world.messages(own).length };
      const { id, delivery } = await world.message(say);
      const next = (conversation: string, from: number) =>
        until(
          () => world.messages(conversation).slice(from).find(isOurs(world)),
          `an answer to "${say.text}" in ${conversation}`,
        );
      return {
        id,
        request: delivery?.request,
        here: () => next(place, before.here),
        privately: async () => wordsOf(await next(own, before.own)),
      };
    },
  };
}

/** Has people write to the bot: who was never seen on Teams is looked up first, and their click decided a moment later. */
export async function meetTheBot(
  teams: OnTeams,
  ...people: readonly { readonly id: string }[]
): Promise<void> {
  for (const { id: user } of people)
    await (await teams.say({ conversation: teams.world.personalChat(user), user, text: "help" })).privately();
}

const isOurs =
  ({ bot }: TeamsWorld) =>
  ({ from }: TeamsMessage): boolean =>
    from === bot.id;

/** Everything that a message says: its text, or the texts of its card. */
export function wordsOf({ text, card }: Pick<TeamsMessage, "text" | "card">): string {
  if (card === null) return text;
  const texts = everyObject(card).flatMap((one) =>
    ["text", "title", "value"].flatMap((key) => (typeof one[key] === "string" ? [one[key]] : [])),
  );
  return texts.join("\n");
}

function cardOf(message: TeamsMessage): readonly TeamsCard[] {
  const { id, card, edits, summary = "" } = message;
  if (card === null) return [];
  const buttons = actionsIn(card).flatMap((one) =>
    one.type === "Action.Execute" || one.type === "Action.Submit" ? [String(one.id)] : [],
  );
  return [{ id, summary, edits, text: wordsOf(message), buttons }];
}
