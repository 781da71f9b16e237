import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createPace, type PacedCall } from "../../src/bot/pace.ts";
import { slackCalls } from "../../src/bot/slack/slack-calls.ts";
import { teamsCalls } from "../../src/bot/teams/teams-calls.ts";

function paceAt(start = 0) {
  const clock = { now: start };
  return { pace: createPace(() => clock.now), clock };
}

const post = (channel: string): PacedCall => [
  { name: `post ${channel}`, rate: { burst: 3, everyMs: 1_000, forPeople: 2 } },
];
const edit: PacedCall = [{ name: "edit", rate: { burst: 3, everyMs: 1_200 } }];
const hourMs = 3_600_000;

describe("the pace", () => {
  it("lets one card a second into a channel, and counts channels apart", async () => {
    const { pace, clock } = paceAt();
    expect(await pace.take(post("C1"), "card")).toBe(0);
    expect(await pace.take(post("C1"), "card")).toBe(1_000);
    expect(await pace.take(post("C2"), "card")).toBe(0);
    clock.now = 400;
    expect(await pace.peek(post("C1"), "card")).toBe(600);
    clock.now = 1_000;
    expect(await pace.take(post("C1"), "card")).toBe(0);
  });

  it("takes nothing for a card that has to wait, however often it is asked", async () => {
    const { pace } = paceAt();
    for (let asked = 0; asked < 5; asked += 1) await pace.take(post("C1"), "card");
    expect(await pace.peek(post("C1"), "card")).toBe(1_000);
  });

  it("lets people go before the cards that wait, and the cards after them", async () => {
    const { pace } = paceAt();
    await pace.take(post("C1"), "card");
    const people = [];
    for (let said = 0; said < 4; said += 1) people.push(await pace.take(post("C1"), "person"));
    expect(people).toEqual([0, 0, 1_000, 2_000]);
    expect(await pace.take(post("C1"), "card")).toBe(5_000);
  });

  it("counts a call under everything that it is counted by", async () => {
    const { pace } = paceAt();
    const all = { name: "all", rate: { burst: 2, everyMs: 500 } };
    const call = (channel: string): PacedCall => [...post(channel), all];
    const waits = [];
    for (const channel of ["C1", "C2", "C3"]) waits.push(await pace.take(call(channel), "person"));
    expect(waits).toEqual([0, 0, 500]);
  });

  it("holds what was paused until then, for people too, and nothing else", async () => {
    const { pace, clock } = paceAt();
    await pace.pause(post("C1"), 7_000);
    clock.now = 500;
    expect(await pace.peek(post("C1"), "card")).toBe(6_500);
    expect(await pace.take(post("C1"), "person")).toBe(6_500);
    expect(await pace.take(post("C2"), "card")).toBe(0);
    await pace.pause(post("C1"), 1_000);
    expect(await pace.peek(post("C1"), "card")).toBeGreaterThan(6_000);
  });

  it("never lets more through than the rate, whatever comes when", async () => {
    const arrivals = fc.array(fc.integer({ min: 0, max: 20_000 }), { maxLength: 60 });
    await fc.assert(
      fc.asyncProperty(arrivals, async (times) => {
        const { pace, clock } = paceAt();
        const starts: number[] = [];
        for (const at of times.sort((one, other) => one - other)) {
          clock.now = at;
          starts.push(at + (await pace.take(edit, "person")));
        }
        for (const start of starts) {
          const within = starts.filter((one) => one >= start && one < start + 12_000).length;
          // Ten at the rate within twelve seconds, besides the burst.
          expect(within).toBeLessThanOrEqual(10 + 3);
        }
      }),
    );
  });

  it("costs no channel an hour's silence when the clock is set back by an hour", async () => {
    const { pace, clock } = paceAt(2 * hourMs);
    for (let said = 0; said < 5; said += 1) await pace.take(edit, "person");
    clock.now = hourMs;
    expect(await pace.peek(edit, "card")).toBe(3 * 1_200);
    clock.now = hourMs + 3_600;
    expect(await pace.peek(edit, "card")).toBe(0);
  });

  it("keeps a Retry-After for as long as it said, and no longer, when the clock is set back", async () => {
    const { pace, clock } = paceAt(2 * hourMs);
    await pace.pause(edit, 30_000);
    clock.now = hourMs;
    expect(await pace.peek(edit, "card")).toBe(30_000);
    clock.now = hourMs + 30_000;
    expect(await pace.peek(edit, "card")).toBe(0);
  });
});

/** How many calls of people start within a time, when they never stop coming. */
async function mostIn(call: PacedCall, windowMs: number): Promise<number> {
  const { pace } = paceAt();
  let count = 0;
  while ((await pace.take(call, "person")) < windowMs) count += 1;
  return count;
}

describe("the pace of Teams", () => {
  // learn.microsoft.com, "Optimize your bot with rate limiting": per bot and conversation.
  it.each([
    [1_000, 7],
    [2_000, 8],
    [30_000, 60],
    [3_600_000, 1_800],
  ])("stays within what Teams takes in %i ms: %i", async (windowMs, most) => {
    expect(await mostIn(teamsCalls.write("19:a"), windowMs)).toBeLessThanOrEqual(most);
    expect(await mostIn(teamsCalls.read("19:a"), windowMs)).toBeLessThanOrEqual(2 * most);
  });

  it("counts a thread with its channel, and conversations apart, up to 50 a second in the tenant", async () => {
    const { pace } = paceAt();
    for (let said = 0; said < 6; said += 1) await pace.take(teamsCalls.write("19:a;messageid=1"), "person");
    expect(await pace.peek(teamsCalls.write("19:a"), "person")).toBe(2_100);
    expect(await pace.peek(teamsCalls.write("19:b"), "card")).toBe(0);
    const many = Array.from({ length: 100 }, (_none, index) => teamsCalls.write(`19:${index}`));
    const waits = [];
    for (const call of many) waits.push(await pace.take(call, "person"));
    expect(waits.filter((waitMs) => waitMs < 1_000).length).toBeLessThanOrEqual(50);
  });
});

describe("the pace of Slack", () => {
  // docs.slack.dev/apis/web-api/rate-limits: 20, 50 and 100 a minute, with bursts.
  it.each([
    ["usergroups.users.list", slackCalls.readGroup, 20],
    ["chat.update", slackCalls.update, 50],
    ["chat.postEphemeral", slackCalls.whisper, 100],
    ["users.info", slackCalls.readUser, 100],
    ["chat.postMessage in one channel", slackCalls.post("C1"), 60],
  ] as const)("stays within what Slack takes of %s", async (_name, call, perMinute) => {
    const burst = call[0].rate.burst;
    expect(await mostIn(call, 60_000)).toBeLessThanOrEqual(perMinute + burst);
    expect(burst).toBeLessThanOrEqual(perMinute / 2);
  });
});
