import { describe, expect, it } from "vitest";
import { ChatopsError } from "../../../src/errors.ts";
import { lookForSent, sendOnce, sentAtOf, settleMs } from "../../../src/operations/targets/send-once.ts";
import { NotTaken } from "../../../src/outgoing/not-taken.ts";

function journal() {
  const notes: Record<string, string> = {};
  return { notes, note: async (more: Readonly<Record<string, string>>) => void Object.assign(notes, more) };
}
const now = () => 1_000_000;
const none = async () => ({ kind: "none" }) as const;

describe("sending what must not be sent twice", () => {
  it("writes down that it is sent before it is", async () => {
    const run = journal();
    expect(await sendOnce(run, now, async () => sentAtOf(run.notes))).toBe(1_000_000);
  });

  it("is not looked for where nothing was sent, or what was sent was refused", async () => {
    const run = journal();
    const look = () =>
      lookForSent(run, now, async () => {
        throw new Error("it looked");
      });
    expect(await look()).toEqual({ kind: "absent" });
    const refused = new NotTaken("target-unavailable", "429", { retryable: true });
    await expect(sendOnce(run, now, () => Promise.reject(refused))).rejects.toBe(refused);
    expect(await look()).toEqual({ kind: "absent" });
  });

  it("makes every other failure one after which it is looked for", async () => {
    const run = journal();
    const garbage = new ChatopsError("target-answer-unusable", "garbage");
    const sent = sendOnce(run, now, () => Promise.reject(garbage));
    await expect(sent).rejects.toMatchObject({ code: "target-answer-unusable", retryable: true });
    expect(sentAtOf(run.notes)).toBe(1_000_000);
  });

  it("is believed to have come to nothing only after a minute", async () => {
    const run = { notes: { sentAt: "1000000" } };
    const early = lookForSent(run, () => 1_000_000 + settleMs - 1, none);
    await expect(early).rejects.toMatchObject({ retryable: true, retryAfterMs: 1 });
    expect(await lookForSent(run, () => 1_000_000 + settleMs, none)).toEqual({ kind: "absent" });
  });

  it("is found, or not to be told", async () => {
    const run = { notes: { sentAt: "1000000" } };
    const found = lookForSent(run, now, async (sentAt) => ({ kind: "found", runId: String(sentAt) }));
    expect(await found).toEqual({ kind: "done", notes: { runId: "1000000" } });
    const unreadable = lookForSent(run, now, async () => ({ kind: "unreadable", why: "too many" }));
    expect(await unreadable).toEqual({ kind: "unknown", why: "too many" });
  });
});
