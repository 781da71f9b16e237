import { ChatopsError, describeError } from "../../../errors.ts";
import type { Log } from "../../../log.ts";
import type { Installation } from "../../../nouns/installation.ts";
import type { TeamsConnector } from "../connector/connector.ts";
import type { InstallationBook } from "./installation-book.ts";

/** Gives a place where the bot may write; throws `chat-channel-unavailable` with what to do about it. */
export type FindPlace = (id: string) => Promise<Installation>;

// An event about a team tells of few of its channels, so a route may name one that nobody has told us of.
const askAgainMs = 60_000;
const mostTeams = 200;

interface PlaceDeps {
  readonly book: InstallationBook;
  readonly connector: Pick<TeamsConnector, "listChannels" | "openChat">;
  readonly now: () => number;
  readonly log: Log;
}

/**
 * Finds places in the book. One that is not in it is looked for among the channels of the teams that have the app, by
 * asking Teams, at most once a minute.
 */
export function createFindPlace(deps: PlaceDeps): FindPlace {
  const { book, now } = deps;
  let askedAt: number | undefined;
  let asking: Promise<void> | undefined;

  const askNowAndThen = async (): Promise<void> => {
    if (asking === undefined && (askedAt === undefined || now() - askedAt >= askAgainMs || now() < askedAt)) {
      askedAt = now();
      asking = askTeams(deps).finally(() => {
        asking = undefined;
      });
    }
    await asking;
  };

  return async (id) => {
    if (isPerson(id)) return await findChat(id, deps);
    let place = await book.find(id);
    if (place === undefined) {
      await askNowAndThen();
      place = await book.find(id);
    }
    if (place?.state === "installed") return place;
    throw new ChatopsError("chat-channel-unavailable", unavailable(id, place));
  };
}

/** People are named by their object id in Entra, which no conversation's id looks like. */
function isPerson(id: string): boolean {
  return !id.includes(":");
}

/** The chat of the bot with one person: the one that was installed, else Teams is asked for it. */
async function findChat(userId: string, { book, connector, now }: PlaceDeps): Promise<Installation> {
  const places = (await book.list()).filter(({ state }) => state === "installed");
  const own = places.find((place) => place.kind === "person" && place.userId === userId);
  if (own !== undefined) return own;
  const [near] = places;
  if (near === undefined) throw new ChatopsError("chat-channel-unavailable", unavailable(userId, undefined));
  const { platform, tenant, serviceUrl, state } = near;
  const id = await connector.openChat(near, userId);
  return { platform, id, kind: "person", tenant, serviceUrl, userId, state, updatedAt: now() };
}

async function askTeams({ book, connector, log }: PlaceDeps): Promise<void> {
  const teams = (await book.list()).filter(({ state, teamId, id }) => state === "installed" && id === teamId);
  for (const team of teams.slice(0, mostTeams)) {
    try {
      await book.learnChannels(team, await connector.listChannels(team, team.id));
    } catch (error) {
      const fields = { step: "deliver", team: team.id, error: describeError(error) };
      log.warn(fields, "the channels of a team could not be read");
    }
  }
}

function unavailable(id: string, place: Installation | undefined): string {
  if (place === undefined)
    return `The bot is not in ${id} yet: add its app to the team (or the chat), and check the id in the route.`;
  if (place.state === "archived")
    return `The team of ${id} is archived: restore it, or change the route. The cards that wait will come then.`;
  return `The bot was removed from ${id}, or the place was deleted: add its app again, or change the route.`;
}
