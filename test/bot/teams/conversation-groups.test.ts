import type { ServerResponse } from "node:http";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createGraphGroups } from "../../../src/bot/teams/graph-groups.ts";
import { createTeamsDirectory } from "../../../src/bot/teams/teams-directory.ts";
import { ChatopsError } from "../../../src/errors.ts";
import { sendJson, startServer } from "../../support/loopback-server.ts";

const group = "7e0a51b4-2f3c-4a57-9f7d-5c1b0f6a9001";
const home = "72f988bf-0000-4000-8000-2d7cd011db47";
let server: Awaited<ReturnType<typeof startServer>>;
let endpoint: string;
let asked: { readonly url: string; readonly authorization: string | undefined }[];
let answer: (url: string, response: ServerResponse) => void;

beforeEach(async () => {
  asked = [];
  server = await startServer((request, response) => {
    asked.push({ url: request.url ?? "", authorization: request.headers.authorization });
    answer(request.url ?? "", response);
  });
  endpoint = server.url;
});

afterEach(() => server.close());

function read(now = () => 0) {
  return createGraphGroups({ endpoint, token: async () => "graph-token", now });
}

const json = (response: ServerResponse, body: unknown, status = 200) => sendJson(response, status, body);

async function failure(work: Promise<unknown>): Promise<ChatopsError> {
  const error: unknown = await work.catch((thrown: unknown) => thrown);
  if (!(error instanceof ChatopsError)) throw new Error(`no ChatopsError: ${String(error)}`);
  return error;
}

describe("the members of a group of Entra", () => {
  it("are read page by page, those of inner groups too, in lower case and each once", async () => {
    answer = (url, response) => {
      const second = url.includes("skiptoken");
      const next = `${endpoint}/v1.0/groups/${group}/transitiveMembers?$skiptoken=x`;
      json(
        response,
        second
          ? { value: [{ id: "b" }, { id: "c" }] }
          : {
              "@odata.nextLink": next,
              value: [{ "@odata.type": "#microsoft.graph.user", id: "A" }, { id: "b" }],
            },
      );
    };
    expect(await read()(group)).toEqual(["a", "b", "c"]);
    expect(asked[0]?.url).toBe(`/v1.0/groups/${group}/transitiveMembers?$select=id&$top=999`);
    expect(asked.map(({ authorization }) => authorization)).toEqual([
      "Bearer graph-token",
      "Bearer graph-token",
    ]);
  });

  it("are none of a person's id, which is remembered for an hour", async () => {
    let now = 0;
    answer = (_url, response) => json(response, { error: { code: "Request_ResourceNotFound" } }, 404);
    const readGroup = read(() => now);
    expect(await readGroup(group)).toBeUndefined();
    expect(await readGroup(group)).toBeUndefined();
    expect(asked).toHaveLength(1);
    now = 60 * 60_000;
    expect(await readGroup(group)).toBeUndefined();
    expect(asked).toHaveLength(2);
  });

  it("are not known while Graph refuses, fails or sends nonsense", async () => {
    answer = (_url, response) => json(response, {}, 403);
    const refused = await failure(read()(group));
    expect(refused.code).toBe("chat-unauthorized");
    expect(refused.message).toContain("GroupMember.Read.All");
    answer = (_url, response) => void response.writeHead(429, { "retry-after": "7" }).end();
    expect(await failure(read()(group))).toMatchObject({ code: "chat-later", retryAfterMs: 7_000 });
    for (const body of ["[]", "{", '{"value":[{"id":7}]}', `{"value":"${"x".repeat(3 * 1024 * 1024)}"}`]) {
      answer = (_url, response) => void response.end(body);
      expect((await failure(read()(group))).code).toBe("chat-later");
    }
  });

  it("are not looked for on another host, nor without end", async () => {
    answer = (_url, response) =>
      json(response, { value: [], "@odata.nextLink": "https://evil.example/next" });
    expect((await failure(read()(group))).message).toContain("another host");
    answer = (_url, response) => json(response, { value: [], "@odata.nextLink": `${endpoint}/more` });
    asked = [];
    expect((await failure(read()(group))).message).toContain("smaller groups");
    expect(asked).toHaveLength(20);
  });
});

describe("somebody on Teams", () => {
  const who = { platform: "teams" as const, tenant: home, userId: "a", name: "Maya" };
  const directoryOf = (member: object | undefined) =>
    createTeamsDirectory({
      tenantId: home,
      findMember: async () => (member === undefined ? undefined : { id: "29:a", ...member }),
      readGroup: async () => undefined,
      now: () => 5,
    });
  const membershipOf = async (member: object | undefined) =>
    (await directoryOf(member).readPrincipal(who, "19:place"))?.membership;

  it("is a member, a guest or an outsider by what Teams says of them there", async () => {
    expect(await membershipOf({ tenantId: home, userRole: "user" })).toBe("member");
    expect(await membershipOf({ tenantId: home, userRole: "guest" })).toBe("guest");
    expect(await membershipOf({ tenantId: home, userRole: "anonymous" })).toBe("guest");
    expect(await membershipOf({ tenantId: "other", userRole: "user" })).toBe("outsider");
    expect(await membershipOf({ userRole: "user" })).toBe("outsider");
    expect(await membershipOf(undefined)).toBe("unknown");
  });

  it("is not asked about without a place, and remembered with it", async () => {
    expect(await directoryOf({}).readPrincipal(who)).toBeUndefined();
    expect(await directoryOf({ name: "Maya L", tenantId: home }).readPrincipal(who, "19:place")).toEqual({
      ...who,
      name: "Maya L",
      membership: "member",
      seenIn: "19:place",
      readAt: 5,
    });
  });
});
