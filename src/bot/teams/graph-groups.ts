import { z } from "zod";
import { ChatopsError, describeError } from "../../errors.ts";
import {
  createGuardedClient,
  type GuardedClient,
  type OutgoingAnswer,
} from "../../outgoing/guarded-client.ts";
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
type Page = z.infer<typeof Page>;

interface GraphDeps {
  /** `https://graph.microsoft.com`, without a slash at its end. */
  readonly endpoint: string;
  /** A bearer token for Graph. */
  readonly token: () => Promise<string>;
  readonly now: () => number;
}

/**
 * Reads the people in a group of Entra, those of groups in it too, by Microsoft Graph (application permission
 * GroupMember.Read.All). An id that Graph does not know as a group is a person's, and is remembered as that for an hour.
 */
export function createGraphGroups(given: GraphDeps): ReadGroup {
  const limits = { maxBodyBytes: mostBytes, timeoutMs };
  const deps = { ...given, client: createGuardedClient({ privateNetwork: true, ...limits }) };
  const noGroups = new Map<string, number>();
  return async (groupId) => {
    const askedAt = noGroups.get(groupId);
    if (askedAt !== undefined && deps.now() - askedAt < noGroupForMs) return undefined;
    noGroups.delete(groupId);
    const members = await readMembers(groupId, deps);
    if (members !== undefined) return members;
    if (noGroups.size >= mostRemembered) noGroups.clear();
    noGroups.set(groupId, deps.now());
    return undefined;
  };
}

type Deps = GraphDeps & { readonly client: GuardedClient };

async function readMembers(groupId: string, deps: Deps): Promise<readonly string[] | undefined> {
  const members = new Set<string>();
  const path = `/v1.0/groups/${encodeURIComponent(groupId)}/transitiveMembers`;
  let next: string | undefined = `${deps.endpoint}${path}?$select=id&$top=${pageSize}`;
  for (let page = 0; next !== undefined; page += 1) {
    if (page >= mostPages)
      throw later(groupId, `has more than ${mostPages * pageSize} members: name smaller groups in roles`);
    const read = await readPage(next, groupId, deps);
    if (read === undefined) return undefined;
    for (const { id } of read.value) members.add(id.toLowerCase());
    next = read["@odata.nextLink"];
    // The token goes to the endpoint that the operator named and to no other, whatever an answer says.
    if (next !== undefined && !isSameOrigin(next, deps.endpoint))
      throw later(groupId, "is answered with an address on another host");
  }
  return [...members];
}

async function readPage(url: string, groupId: string, deps: Deps): Promise<Page | undefined> {
  const headers = { authorization: `Bearer ${await deps.token()}`, accept: "application/json" };
  try {
    const request = { method: "GET", url, headers, redirects: "never" } as const;
    const answer = await deps.client.send(request, new AbortController().signal);
    if (answer.status === 404) return undefined;
    if (answer.status !== 200) throw refusal(answer, groupId, deps.now());
    return Page.parse(JSON.parse(answer.body));
  } catch (error) {
    throw error instanceof ChatopsError && error.code.startsWith("chat-")
      ? error
      : later(groupId, `cannot be read: ${describeError(error)}`);
  }
}

function isSameOrigin(address: string, endpoint: string): boolean {
  return URL.canParse(address) && new URL(address).origin === new URL(endpoint).origin;
}

function refusal({ status, headers }: OutgoingAnswer, groupId: string, now: number): ChatopsError {
  if (status === 401 || status === 403)
    return new ChatopsError(
      "chat-unauthorized",
      `Microsoft Graph refused to read the group ${groupId} (${status}). Grant the bot GroupMember.Read.All, or set teams.groups: false and name people in roles.`,
    );
  return later(groupId, `is answered ${status}`, retryAfterOf(headers["retry-after"], now));
}

function later(groupId: string, why: string, retryAfterMs?: number): ChatopsError {
  return new ChatopsError("chat-later", `Microsoft Graph: the group ${groupId} ${why}.`, { retryAfterMs });
}
