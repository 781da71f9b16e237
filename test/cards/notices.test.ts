import { describe, expect, it } from "vitest";
import { validateBlocks } from "../../demo/slack/validate-blocks.ts";
import { buildDeletedAlert, buildLostAlert } from "../../src/cards/deleted-alert.ts";
import { nameOfDigest } from "../../src/cards/facets/digest-name.ts";
import { buildHeldLine } from "../../src/cards/notices/held-line.ts";
import { buildOperationNotice } from "../../src/cards/notices/operation-notice.ts";
import { renderSlackNotice } from "../../src/cards/slack/block-kit-notice.ts";
import { renderTeamsNotice } from "../../src/cards/teams/adaptive-notice.ts";
import type { Notice } from "../../src/nouns/card.ts";
import type { Operation } from "../../src/nouns/operation.ts";
import { text } from "../../src/nouns/text.ts";
import { adaptiveCardProblems } from "./adaptive-card-problems.ts";
import { describeNotices } from "./describe-notices.ts";
import { exampleStates } from "./example-states.ts";
import { artifact, beforeDigest, maya, minutes, operation, priya, sven, view } from "./example-view.ts";

const votes = [
  { who: priya, vote: "approve", at: minutes(42) },
  { who: sven, vote: "approve", at: minutes(44) },
] as const;
const notStarted = { target: "production", digestBefore: beforeDigest, startedAt: 0 };
const noticeOf = ({ startedAt, ...changes }: Partial<Operation>): Notice =>
  buildOperationNotice(startedAt === 0 ? without(operation(changes)) : operation(changes), {
    title: "shop/checkout:1.4.2",
    nameOf: (digest) => nameOfDigest(view(), digest),
  });
const without = ({ startedAt: _startedAt, ...rest }: Operation): Operation => rest;
const nothing: Notice = { tone: "neutral", icon: "ℹ️", lines: [], buttons: [] };

const held = { registry: "contoso", most: 60, until: minutes(60) };

const notices: Readonly<Record<string, Notice>> = {
  "notice-held": buildHeldLine({ ...held, count: 12, readable: true }),
  "notice-held-no-more": buildHeldLine({ ...held, count: 0, readable: true }),
  "notice-held-unread": buildHeldLine({ ...held, count: 1, readable: false }),
  "notice-deployed": noticeOf({ digestBefore: beforeDigest }),
  "notice-rolled-back": noticeOf({
    kind: "rollback",
    digest: beforeDigest,
    digestBefore: operation().digest,
    reason: "Payments fail",
  }),
  "notice-running": noticeOf({ state: "running" }),
  "notice-failed": noticeOf({
    state: "failed",
    changed: "no",
    digestBefore: beforeDigest,
    outcome: "contoso answered 403",
  }),
  "notice-failed-with-log": noticeOf({
    state: "failed",
    changed: "unknown",
    target: "production",
    digestBefore: beforeDigest,
    outcome:
      "the pipeline failed (failed). The end of its log:\nnpm ci\n\n  <!channel> error: no space left\n",
  }),
  "notice-failed-and-changed": noticeOf({
    state: "failed",
    changed: "yes",
    target: "production",
    digestBefore: beforeDigest,
    outcome: "the rollout did not become healthy in 10 min: ImagePullBackOff",
    link: "https://status.contoso.example/runs/41",
  }),
  "notice-back-by-itself": noticeOf({
    kind: "rollback",
    digest: beforeDigest,
    digestBefore: operation().digest,
    target: "production",
    rollbackOf: "op-0",
  }),
  "notice-approved-and-deployed": noticeOf({ digestBefore: beforeDigest, votes, target: "production" }),
  "notice-declined": noticeOf({
    ...notStarted,
    state: "cancelled",
    votes: [{ who: sven, vote: "decline", at: minutes(44), reason: "Not before the sale ends" }],
    outcome: "declined by Sven Aalto: Not before the sale ends",
  }),
  "notice-cancelled": noticeOf({
    state: "cancelled",
    cancelledBy: maya,
    changed: "yes",
    target: "production",
    digestBefore: beforeDigest,
    outcome: "1.4.1 was put back, and its pods are not all there yet",
  }),
  "notice-expired": noticeOf({
    ...notStarted,
    state: "expired",
    changed: "no",
    outcome: "nobody's approval came in time: 1 of 2",
  }),
  "notice-in-doubt": noticeOf({ state: "in-doubt", outcome: "the answer was lost" }),
  "notice-released": noticeOf({ kind: "release", reason: "Findings are not shipped" }),
  "notice-release-failed": noticeOf({
    kind: "release",
    state: "failed",
    changed: "no",
    outcome: "contoso answered 403",
  }),
  "notice-deleted-while-live": buildDeletedAlert(exampleStates["deleted-while-live"] ?? view()) ?? nothing,
  "notice-platform-deleted-while-live":
    buildLostAlert(exampleStates["live-without-a-platform"] ?? view()) ?? nothing,
};

describeNotices(notices);

describe("an operation's notice", () => {
  it("mentions who asked", () => {
    expect(JSON.stringify(renderSlackNotice(noticeOf({})).blocks)).toContain("<@U0MAYA0001>");
  });

  it("says after a failure that nothing was changed, and when in doubt that nobody knows", () => {
    expect(JSON.stringify(noticeOf({ state: "failed", changed: "no" }))).toContain("Nothing was changed");
    expect(JSON.stringify(noticeOf({ state: "failed" }))).toContain("not known whether staging was changed");
    expect(JSON.stringify(noticeOf({ state: "in-doubt" }))).toContain(
      "not known whether staging was changed",
    );
    expect(JSON.stringify(noticeOf({ state: "in-doubt" }))).not.toContain("Nothing was changed");
  });
});

describe("what became of an operation", () => {
  it("never started has changed nothing", () => {
    expect(JSON.stringify(notices["notice-declined"])).toContain(
      "Nothing was changed: production still runs ",
    );
    expect(JSON.stringify(notices["notice-expired"])).toContain(
      "Nothing was changed: production still runs ",
    );
  });

  it("says what to do where it changed its target, and that the bot went back by itself", () => {
    expect(JSON.stringify(notices["notice-failed-and-changed"])).toContain("Press Roll back or Retry");
    expect(JSON.stringify(notices["notice-back-by-itself"])).toContain("by itself, after the deploy that ");
  });

  it("names those who approved, and calls nobody but who asked", () => {
    const slack = JSON.stringify(
      renderSlackNotice(notices["notice-approved-and-deployed"] ?? nothing).blocks,
    );
    expect(slack).toContain("Approved by Priya Nair, Sven Aalto");
    expect(slack.match(/<@/g)).toHaveLength(1);
  });
});

describe("a notice", () => {
  it("that is too long says how many lines it left out", () => {
    const notice: Notice = {
      ...nothing,
      title: "Tags",
      lines: Array.from({ length: 900 }, (_, index) => text(`line ${index} ${"x".repeat(60)}`)),
    };
    const { blocks } = renderSlackNotice(notice);
    expect(validateBlocks(blocks, "message")).toEqual([]);
    expect(JSON.stringify(blocks)).toMatch(/… and \d+ more lines/);
    expect(adaptiveCardProblems(renderTeamsNotice(notice, 20_000).card)).toEqual([]);
    expect(JSON.stringify(renderTeamsNotice(notice, 20_000).card).length * 2).toBeLessThanOrEqual(20_000);
  });

  it("with nothing in it is still a message", () => {
    expect(renderSlackNotice(nothing).text).not.toBe("");
    expect(validateBlocks(renderSlackNotice(nothing).blocks, "message")).toEqual([]);
  });

  it("of a deletion is not made where nothing runs the image", () => {
    expect(buildDeletedAlert(exampleStates.deleted ?? view())).toBeUndefined();
    expect(buildDeletedAlert(exampleStates.live ?? view())).toBeUndefined();
    expect(buildLostAlert(exampleStates.live ?? view())).toBeUndefined();
    expect(buildLostAlert(view({ artifact: artifact({ lostPlatforms: ["linux/arm64"] }) }))).toBeUndefined();
  });
});
