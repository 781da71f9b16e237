import { describe, expect, it } from "vitest";
import type { ChannelId } from "../../src/nouns/channel.ts";
import type { Message } from "../../src/nouns/message.ts";
import type { Operation } from "../../src/nouns/operation.ts";
import { messagesOfEnd } from "../../src/operations/who-hears.ts";
import { aRoute } from "../artifacts/sightings.ts";
import { anArtifact, anOperation } from "../policy/questions.ts";

const subject = `contoso/shop/checkout@${anArtifact().digest}`;
const routes = [
  aRoute({ repositories: ["shop/**"], tags: ["v*"], to: ["slack:C1", "slack:C2"] }),
  aRoute({ repositories: ["shop/*"], actions: ["delete"], to: ["slack:C2", "teams-workflow:ops"] }),
  aRoute({ repositories: ["web/**"], to: ["slack:C3"] }),
  aRoute({ registries: ["fabrikam"], to: ["slack:C4"] }),
];

function root(channel: ChannelId, changes: Partial<Message> = {}): Message {
  const versions = { wantedVersion: 1, shownVersion: 1, dueAt: 0, attempts: 0, createdAt: 0 };
  return {
    id: channel,
    channel,
    subject,
    incarnation: 1,
    slot: "root",
    state: "shown",
    ...versions,
    ...changes,
  };
}

/** `slot in channel` of each message. */
function heard(changes: Partial<Operation>, messages: readonly Message[] = [root("slack:C1")]) {
  const operation = anOperation({ channel: "slack:C1", state: "succeeded", ...changes });
  return messagesOfEnd(operation, { artifact: anArtifact(), messages }, routes).map(
    ({ slot, channel }) => `${slot} in ${channel}`,
  );
}

const inEach = (slot: string, ...channels: readonly string[]) => channels.map((one) => `${slot} in ${one}`);
const all = ["slack:C1", "slack:C2", "teams-workflow:ops"] as const;

describe("how an operation ended is heard", () => {
  it("where it was asked for, if it went as asked", () => {
    expect(heard({})).toEqual(["operation:o1 in slack:C1"]);
    expect(heard({}, [root("slack:C1"), root("slack:C9")])).toEqual(["operation:o1 in slack:C1"]);
    expect(heard({ state: "expired" })).toEqual(["operation:o1 in slack:C1"]);
    expect(heard({ state: "cancelled" })).toEqual(["operation:o1 in slack:C1"]);
  });

  it("in every channel of every route that fits, whatever the tag, and of the card, if it failed or went back", () => {
    expect(heard({ state: "failed" })).toEqual(inEach("operation:o1", ...all));
    expect(heard({ state: "in-doubt" })).toEqual(inEach("operation:o1", ...all));
    expect(heard({ kind: "rollback" })).toEqual(inEach("operation:o1", ...all));
    expect(heard({ state: "failed" }, [root("slack:C1"), root("slack:C9")])).toContain(
      "operation:o1 in slack:C9",
    );
  });

  it("everywhere in a message of its own, if the glass was broken", () => {
    const glass = { breakGlassUntil: 5 };
    expect(heard(glass)).toEqual(["operation:o1 in slack:C1", ...inEach("glass:o1/ended", ...all)]);
    expect(heard({ ...glass, state: "failed" })).toEqual(heard(glass));
    expect(heard({ ...glass, kind: "rollback", rollbackOf: "o0" })).toEqual(inEach("operation:o1", ...all));
  });

  it("by who asked for it, in their own chat, if they asked privately or its card cannot be shown there", () => {
    const { channel: _, ...privately } = anOperation({ state: "succeeded" });
    const card = { artifact: anArtifact(), messages: [root("slack:C1")] };
    const channels = messagesOfEnd(privately, card, routes).map(({ channel }) => channel);
    expect(channels).toEqual(["slack:C1", "slack:U1"]);
    expect(heard({}, [])).toEqual(["operation:o1 in slack:U1"]);
    expect(heard({}, [root("slack:C1", { state: "dead" })])).toEqual(["operation:o1 in slack:U1"]);
    expect(heard({}, [root("slack:C1", { state: "waiting", lastError: "not_in_channel" })])).toEqual(
      inEach("operation:o1", "slack:C1", "slack:U1"),
    );
    expect(heard({}, [root("slack:C1", { incarnation: 2 })])).toEqual(["operation:o1 in slack:U1"]);
  });
});
