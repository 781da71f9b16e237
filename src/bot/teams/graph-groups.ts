import { z } from "zod";
import { ChatopsError, describeError } from "../../errors.ts";
import { readBounded } from "../../outgoing/read-bounded.ts";
import { retryAfterOf } from "../../outgoing/retry-after.ts";
import type { ReadGroup } from "./teams-directory.ts";

// Graph gives at most 999 members a page (learn.microsoft.com/graph/api/group-list-transitivemembers). A role of more
// than 20 pages names half a company: it is refused rather than held in memory.
const pageSize = 999;
const mostPages = 20;
const timeoutMs = 10_000;
const mostBytes = 2 * 1024 * 1024;
// An id never changes what it is, but a group that was just made is not found everywhere at once.
const noGroupForMs = 60 * 60_000;
// Ids that are no groups: as many as roles may name, and no more are kept.
const mostRemembered = 10_000;

const Page = z.object({
  value: z.array(z.object({ id: z.string().max(64) })),
  "@odata.nextLink": z.string().max(4_000).optional(),
});

/**
 * Reads the people in a group of Entra, those of groups in it too, by Microsoft Graph (application permission
 * GroupMember.Read.All). An id that Graph does not know as a group is a person's, and is remembered as that for an hour.
 */
export function createGraphGroups(deps: {
  /** `https://graph.microsoft.com`, without a slash at its end. */
  readonly endpoint: string;
  /** A bearer token for Graph. */
  readonly token: () => Promise<string>;
  readonly now: () => number;
}): ReadGroup {
  const noGroups = new Map<string, number>();
  return async (groupId) => {
    const askedAt = noGroups.get(groupId);
    if (askedAt !== undefined && deps.now() - askedAt < noGroupForMs) return undefined;
    const members = new Set<string>();
    const path = `/v1.0/groups/${encodeURIComponent(groupId)}/transitiveMembers`;
    let next: string | undefined = `${deps.endpoint}${path}?$select=id&$top=${pageSize}`;
    for (let page = 0; next !== undefined; page += 1) {
      if (page >= mostPages)
        throw new ChatopsError(
          "chat-later",
          `The group ${groupId} has more than ${mostPages * pageSize} members: name smaller groups in roles.`,
        );
      const read = await readPage(next, groupId, deps);
      if (read === undefined) {
        if (noGroups.size >= mostRemembered) noGroups.clear();
        noGroups.set(groupId, deps.now());
        return undefined;
      }
      for (const { id } of read.value) members.add(id.toLowerCase());
      next = sameOrigin(read["@odata.nextLink"], deps.endpoint, groupId);
    }
    noGroups.delete(groupId);
    return [...members];
  };
}

async function readPage(
  url: string,
  groupId: string,
  deps: Parameters<typeof createGraphGroups>[0],
): Promise<z.infer<typeof Page> | undefined> {
  const token = await deps.token();
  let response: Response;
  try {
    response = await fetch(url, {
      headers: { authorization: `Bearer ${token}`, accept: "application/json" },
      redirect: "error",
      signal: AbortSignal.timeout(timeoutMs),
    });
  } catch (error) {
    throw later(`Microsoft Graph could not be asked for the group ${groupId}: ${describeError(error)}`);
  }
  if (!response.ok) {
    await response.body?.cancel();
    if (response.status === 404) return undefined;
    throw refusal(response, groupId, deps.now());
  }
  const page = Page.safeParse(await readJson(response, groupId));
  if (!page.success) throw later(`Microsoft Graph's answer for the group ${groupId} cannot be read.`);
  return page.data;
}

async function readJson(response: Response, groupId: string): Promise<unknown> {
  try {
    return JSON.parse((await readBounded(response.body, mostBytes)).toString("utf8"));
  } catch (error) {
    throw later(`Microsoft Graph's answer for the group ${groupId} cannot be read: ${describeError(error)}`);
  }
}

/** The token goes to the endpoint that the operator named and to no other, whatever an answer says. */
function sameOrigin(next: string | undefined, endpoint: string, groupId: string): string | undefined {
  if (next === undefined) return undefined;
  if (URL.canParse(next) && new URL(next).origin === new URL(endpoint).origin) return next;
  throw later(`Microsoft Graph's answer for the group ${groupId} leads to another host.`);
}

function refusal(response: Response, groupId: string, now: number): ChatopsError {
  const { status } = response;
  if (status === 401 || status === 403)
    return new ChatopsError(
      "chat-unauthorized",
      `Microsoft Graph refused to read the group ${groupId} (${status}). Grant the bot GroupMember.Read.All, or set teams.groups: false and name people in roles.`,
    );
  const retryAfterMs = retryAfterOf(response.headers.get("retry-after"), now);
  return later(`Microsoft Graph answered ${status} for the group ${groupId}.`, retryAfterMs);
}

function later(message: string, retryAfterMs?: number): ChatopsError {
  const retryAfter = retryAfterMs === undefined ? {} : { retryAfterMs };
  return new ChatopsError("chat-later", message, { retryable: true, ...retryAfter });
}
