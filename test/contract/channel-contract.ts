import fc from "fast-check";
import { beforeEach, describe, expect, it } from "vitest";
import type { ChannelPort, Content, OutgoingMessage } from "../../src/bot/deliver/channel-port.ts";
import { ChatopsError } from "../../src/errors.ts";
import type { Card } from "../../src/nouns/card.ts";
import type { ChannelId } from "../../src/nouns/channel.ts";
import { code, text } from "../../src/nouns/text.ts";
import { longHostileText } from "../cards/hostile-text.ts";
import { aCard } from "../support/a-card.ts";

/** A message as the platform's users see it. */
export interface SeenMessage {
  readonly id: string;
  /** Every word of it, as the platform has it. */
  readonly words: string;
  /** Whether it is more than plain text. */
  readonly isRich: boolean;
  readonly edits: number;
  /** The message whose thread it stands in. */
  readonly thread?: string;
}

export interface ChannelFault {
  readonly call: "post" | "update";
  readonly status: number;
  readonly retryAfter?: number;
  /** `after`: it has its effect, and its answer is wrong or lost. */
  readonly mode?: "before" | "after";
}

/** A platform with one channel that can be written to, and the port to it. */
export interface ChannelKit {
  readonly port: ChannelPort;
  readonly channel: ChannelId;
  /** A place that is there, and where the bot is not. */
  readonly elsewhere: ChannelId;
  /** What its users see there, oldest first. */
  seen(): readonly SeenMessage[];
  /** How often the platform was asked to post or to edit, refused calls included. */
  calls(call: ChannelFault["call"]): number;
  fault(fault: ChannelFault): void;
  /** The platform refuses the next full form. */
  refuseContent(call: ChannelFault["call"]): void;
  deleteMessage(id: string): void;
  /** Nobody can write there any more. */
  closeChannel(): Promise<unknown>;
  /** What the platform itself finds wrong with what it was sent; empty when all is right. */
  complaints(): readonly string[];
}

const card = aCard({
  facts: [{ label: "Digest", value: text(code("sha256:80f0d5c8786b")) }],
  badges: ["linux/amd64"],
  buttons: [
    { kind: "act", verb: "deploy", label: "Deploy to staging…", style: "primary", reference: "reference-1" },
    { kind: "link", label: "Portal", url: "https://portal.azure.com/" },
  ],
});
const notice: Content = {
  kind: "notice",
  notice: { tone: "good", icon: "✅", lines: [text("Deployed as asked")], buttons: [] },
};
const cardOf = (changes: Partial<Card> = {}): Content => ({ kind: "card", card: { ...card, ...changes } });
const live = cardOf({ state: { icon: "🟢", word: "Live on staging", tone: "good" } });

/** What every channel must do, whatever platform is behind it. */
export function channelContract(name: string, open: () => Promise<ChannelKit>): void {
  describe(name, () => {
    let kit: ChannelKit;
    let messages = 0;
    beforeEach(async () => {
      kit = await open();
    });

    const message = (content: Content, changes: Partial<OutgoingMessage> = {}): OutgoingMessage => {
      messages += 1;
      return { id: `message-${messages}`, channel: kit.channel, content, ...changes };
    };
    const post = async (content: Content, changes: Partial<OutgoingMessage> = {}): Promise<string> => {
      const { externalId } = await kit.port.post(message(content, changes));
      if (externalId === undefined) throw new Error("the post has no id");
      return externalId;
    };
    const failure = async (run: Promise<unknown>): Promise<ChatopsError> => {
      const error = await run.then(
        () => undefined,
        (thrown: unknown) => thrown,
      );
      if (!(error instanceof ChatopsError)) throw new Error(`no ChatopsError but ${String(error)}`);
      return error;
    };

    it("posts a card and edits it in place", async () => {
      const id = await post(cardOf());
      expect(kit.seen()).toMatchObject([
        { id, edits: 0, isRich: true, words: expect.stringContaining("Pushed") },
      ]);
      await kit.port.update(id, message(live));
      expect(kit.seen()).toMatchObject([{ id, edits: 1, words: expect.stringContaining("Live on staging") }]);
      expect(kit.complaints()).toEqual([]);
    });

    it("gives equal hashes to what looks the same, and others to what does not", () => {
      const { contentHash } = kit.port;
      expect(contentHash(cardOf())).toBe(contentHash(cardOf()));
      expect(contentHash(live)).not.toBe(contentHash(cardOf()));
      expect(contentHash(notice)).not.toBe(contentHash(cardOf()));
    });

    it("puts a reply into the thread of its card, and edits it there", async () => {
      const root = await post(cardOf());
      const reply = await post(notice, { thread: root });
      await kit.port.update(reply, message(notice, { thread: root }));
      expect(kit.seen().map(({ id, thread }) => [id, thread])).toEqual([
        [root, undefined],
        [reply, root],
      ]);
      expect(kit.seen()[1]).toMatchObject({ edits: 1, words: expect.stringContaining("Deployed as asked") });
    });

    describe.each(["post", "update"] as const)("a platform that is too busy for a %s", (call) => {
      const attempt = async () => {
        const id = await post(cardOf());
        return () => (call === "post" ? kit.port.post(message(live)) : kit.port.update(id, message(live)));
      };

      it("says for how long, and nothing happens, once", async () => {
        const run = await attempt();
        kit.fault({ call, status: 429, retryAfter: 7 });
        const before = kit.calls(call);
        expect(await failure(run())).toMatchObject({
          code: "chat-later",
          retryable: true,
          retryAfterMs: 7_000,
        });
        expect(kit.calls(call)).toBe(before + 1);
        expect(kit.seen()).toMatchObject([{ edits: 0 }]);
        await run();
        expect(kit.seen().at(-1)?.words).toContain("Live on staging");
      });

      it("does not say for how long", async () => {
        const run = await attempt();
        kit.fault({ call, status: 429 });
        expect(await failure(run())).toMatchObject({ code: "chat-later", retryable: true });
        expect(kit.seen()).toMatchObject([{ edits: 0 }]);
      });
    });

    describe.each([0, 500, 502, 503, 504])("an answer that is lost (%i)", (status) => {
      it("leaves a post in doubt, made or not, and never sends it again by itself", async () => {
        kit.fault({ call: "post", status, mode: "after" });
        expect(await failure(kit.port.post(message(cardOf())))).toMatchObject({ code: "chat-in-doubt" });
        expect(kit.seen()).toHaveLength(1);
        kit.fault({ call: "post", status });
        expect(await failure(kit.port.post(message(cardOf())))).toMatchObject({ code: "chat-in-doubt" });
        expect(kit.seen()).toHaveLength(1);
        expect(kit.calls("post")).toBe(2);
      });

      it("puts an edit off, which may be repeated freely", async () => {
        const id = await post(cardOf());
        kit.fault({ call: "update", status, mode: "after" });
        expect(await failure(kit.port.update(id, message(live)))).toMatchObject({ code: "chat-later" });
        await kit.port.update(id, message(live));
        expect(kit.seen()).toMatchObject([{ id, words: expect.stringContaining("Live on staging") }]);
      });
    });

    it("finds a post in doubt exactly where it can search", async () => {
      const since = Date.now();
      const lost = message(cardOf());
      kit.fault({ call: "post", status: 0, mode: "after" });
      await failure(kit.port.post(lost));
      const found = await kit.port.findPosted(lost, since);
      const [seen] = kit.seen();
      expect(found).toEqual(
        kit.port.searchable ? { kind: "posted", externalId: seen?.id } : { kind: "unknown" },
      );
      const never = await kit.port.findPosted(message(cardOf()), since);
      expect(never.kind).toBe(kit.port.searchable ? "absent" : "unknown");
    });

    it("says that a message which somebody deleted is gone", async () => {
      const id = await post(cardOf());
      kit.deleteMessage(id);
      expect(await failure(kit.port.update(id, message(live)))).toMatchObject({ code: "chat-message-gone" });
      expect(kit.seen()).toEqual([]);
    });

    it("says what to do about a place where it is not, and about one that was closed", async () => {
      const refused = await failure(kit.port.post(message(cardOf(), { channel: kit.elsewhere })));
      expect(refused.code).toBe("chat-channel-unavailable");
      expect(refused.message).toMatch(/\b(invite|add)\b/i);
      const id = await post(cardOf());
      await kit.closeChannel();
      expect(await failure(kit.port.post(message(cardOf())))).toMatchObject({
        code: "chat-channel-unavailable",
      });
      expect(await failure(kit.port.update(id, message(live)))).toMatchObject({
        code: expect.stringMatching(/^chat-(channel-unavailable|message-gone)$/),
      });
    });

    it("shows as plain text what the platform will not have in full, and says the same in it", async () => {
      kit.refuseContent("post");
      expect(await failure(kit.port.post(message(cardOf())))).toMatchObject({ code: "chat-content-refused" });
      const id = await post(cardOf(), { plain: true });
      expect(kit.seen()).toMatchObject([
        { id, isRich: false, words: expect.stringContaining("80f0d5c8786b") },
      ]);
      kit.refuseContent("update");
      expect(await failure(kit.port.update(id, message(live)))).toMatchObject({
        code: "chat-content-refused",
      });
      await kit.port.update(id, message(live, { plain: true }));
      expect(kit.seen()).toMatchObject([
        { isRich: false, words: expect.stringContaining("Live on staging") },
      ]);
    });

    it("turns a rich message into a plain one and back by editing it", async () => {
      const id = await post(cardOf());
      await kit.port.update(id, message(live, { plain: true }));
      expect(kit.seen()).toMatchObject([{ isRich: false }]);
      await kit.port.update(id, message(live));
      expect(kit.seen()).toMatchObject([{ isRich: true }]);
    });

    it("is taken by the platform whatever the texts hold, rich and plain", async () => {
      await fc.assert(
        fc.asyncProperty(longHostileText, fc.boolean(), async (said, plain) => {
          const content = cardOf({
            title: said,
            summary: said,
            state: { icon: said, word: said, tone: "attention", more: text(said) },
            notes: [{ icon: "⚠️", tone: "warning", text: text(said, code(said)) }],
            facts: [{ label: said, value: text(said) }],
            badges: [said],
          });
          const id = await post(content, { plain });
          await kit.port.update(id, message(content, { plain: !plain }));
        }),
        { numRuns: 30 },
      );
      expect(kit.complaints()).toEqual([]);
    });

    it("cuts what is too large for the platform, card and notice", async () => {
      const lines = Array.from({ length: 400 }, (_, index) => text(`${index} ${"字".repeat(900)}`));
      const facts = lines.map((value) => ({ label: "字".repeat(300), value }));
      await post(cardOf({ facts, badges: facts.map(({ label }) => label) }));
      await post({ kind: "notice", notice: { tone: "neutral", icon: "ℹ️", lines, buttons: [] } });
      expect(kit.seen()).toHaveLength(2);
      expect(kit.complaints()).toEqual([]);
    });
  });
}
