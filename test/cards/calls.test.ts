import { describe, expect, it } from "vitest";
import { voteOffers } from "../../src/cards/buttons/operation-buttons.ts";
import { acceptOffer } from "../../src/cards/buttons/suggestion-offer.ts";
import { nameOfDigest } from "../../src/cards/facets/digest-name.ts";
import { buildApprovalCall } from "../../src/cards/notices/approval-call.ts";
import { buildGlassNotice } from "../../src/cards/notices/glass-notice.ts";
import { buildSuggestionNotice } from "../../src/cards/notices/suggestion-notice.ts";
import { renderSlackNotice } from "../../src/cards/slack/block-kit-notice.ts";
import { renderTeamsNotice } from "../../src/cards/teams/adaptive-notice.ts";
import { subjectOf } from "../../src/nouns/artifact.ts";
import type { Notice } from "../../src/nouns/card.ts";
import type { Operation } from "../../src/nouns/operation.ts";
import type { Suggestion } from "../../src/nouns/request.ts";
import { describeNotices } from "./describe-notices.ts";
import { operationStates, toProduction } from "./example-operation-states.ts";
import { beforeDigest, minutes, operation, priya, sven, thisDigest, view } from "./example-view.ts";

const subject = { title: "shop/checkout:1.4.2", nameOf: (digest: string) => nameOfDigest(view(), digest) };
const priyasId = "a11ce000-0000-4000-8000-0000000000b2";
const roles = [{ name: "release-manager", slack: "S0RELEASERS", teams: priyasId }];
const counts = { given: 1, needed: 2, by: [priya] };
const vote = { who: priya, vote: "approve", at: minutes(42) } as const;
const call = (changes: Partial<Operation> = {}): Notice =>
  buildApprovalCall(toProduction({ votes: [vote], ...changes }), subject, counts, roles);

const suggestion: Suggestion = {
  id: "suggestion-1",
  wish: {
    kind: "deploy",
    registry: "contoso",
    repository: "shop/checkout",
    digest: thisDigest,
    tag: "1.4.2",
    target: "production",
    reason: "It is what we tested",
  },
  by: priya,
  at: minutes(50),
  expiresAt: minutes(290),
  roles: ["release-manager"],
};
const accept = acceptOffer({
  suggestion,
  channel: "slack:C0RELEASES",
  subject: subjectOf({ registry: "contoso", repository: "shop/checkout", digest: thisDigest }),
  incarnation: 1,
});

function glass(changes: Partial<Operation>): Operation {
  const { approvals: _approvals, ...without } = toProduction(changes);
  return { ...without, breakGlassUntil: minutes(100), reason: "Checkout is down for everybody" };
}

const calls: Readonly<Record<string, Notice>> = {
  "call-for-approval": buildApprovalCall(
    toProduction(),
    subject,
    { given: 0, needed: 2, by: [] },
    roles,
    voteOffers(operationStates["awaiting-approval"] ?? view(), toProduction()).map(({ button }) => button),
  ),
  "call-for-one-more": call({ suggestedBy: sven }),
  "call-approved": call({ state: "running", votes: [vote, { ...vote, who: sven }] }),
  "call-declined": call({
    state: "cancelled",
    votes: [vote, { who: sven, vote: "decline", at: minutes(44), reason: "Not before the sale ends" }],
  }),
  "call-expired": call({ state: "expired", outcome: "nobody's approval came in time: 1 of 2" }),
  "suggestion-open": buildSuggestionNotice(suggestion, subject, roles, accept.button.reference),
  "suggestion-over": buildSuggestionNotice(suggestion, subject, roles, undefined),
  "glass-asked": buildGlassNotice(glass({ state: "queued" }), subject, roles),
  "glass-ended": buildGlassNotice(glass({ state: "succeeded", finishedAt: minutes(43) }), subject, roles),
};

describeNotices(calls);

const slackOf = (notice: Notice | undefined): string =>
  notice === undefined ? "" : JSON.stringify(renderSlackNotice(notice).blocks);
const teamsOf = (notice: Notice | undefined) =>
  notice === undefined ? undefined : renderTeamsNotice(notice).card;

describe("a call for approval", () => {
  it("mentions the role once on each platform, and nobody else", () => {
    const slack = slackOf(calls["call-for-one-more"]);
    expect(slack.match(/<!subteam\^S0RELEASERS>/g)).toHaveLength(1);
    expect(slack).not.toContain("<@");
    expect(teamsOf(calls["call-for-one-more"])?.msteams?.entities).toEqual([
      {
        type: "mention",
        text: "<at>release-manager</at>",
        mentioned: { id: priyasId, name: "release-manager" },
      },
    ]);
  });

  it("says from what to what, how far it is, and who cannot approve", () => {
    const said = slackOf(calls["call-for-one-more"]);
    expect(said).toContain(`From \`1.4.1\` \`${beforeDigest.slice(0, 19)}\` to \`1.4.2\``);
    expect(said).toContain("1 of 2 approvals: Priya Nair");
    expect(said).toContain("who asked or suggested it cannot approve it");
  });

  it("names the role where the platform knows nobody to call", () => {
    const unknown = buildApprovalCall(toProduction(), subject, counts, [{ name: "release-manager" }]);
    expect(slackOf(unknown)).toContain("release-manager · 1 of 2");
    expect(teamsOf(unknown)?.msteams?.entities).toBeUndefined();
  });

  it("calls nobody once it is decided, has no buttons, and says by whom", () => {
    for (const name of ["call-approved", "call-declined", "call-expired"]) {
      const notice = calls[name];
      expect(slackOf(notice)).not.toMatch(/<[!@](?!date)/);
      expect(teamsOf(notice)?.msteams?.entities).toBeUndefined();
      expect(notice?.buttons).toEqual([]);
    }
    expect(slackOf(calls["call-approved"])).toContain("*Approved* by Priya Nair, Sven Aalto");
    expect(slackOf(calls["call-declined"])).toContain(
      "*Declined* by Sven Aalto · “Not before the sale ends”",
    );
    expect(slackOf(calls["call-expired"])).toContain("*Expired*");
  });
});

describe("a role", () => {
  const mention = (slack: string) =>
    slackOf(buildApprovalCall(toProduction(), subject, counts, [{ name: "ops", slack }]));

  it("is a person or a user group in Slack, and only named for anything else", () => {
    expect(mention("U0MAYA0001")).toContain("<@U0MAYA0001>");
    expect(mention("S0OPS")).toContain("<!subteam^S0OPS>");
    for (const odd of ["!channel", "C0RELEASES", "S1><!channel", "", "u1"])
      expect(mention(odd)).toMatch(/"ops · 1 of 2|\\nops · 1 of 2/);
  });

  it("is not mentioned in Teams by an id that is no person's", () => {
    const odd = buildApprovalCall(toProduction(), subject, counts, [
      { name: "ops", teams: "19:x@thread.tacv2" },
    ]);
    expect(teamsOf(odd)?.msteams?.entities).toBeUndefined();
    expect(JSON.stringify(teamsOf(odd))).not.toContain("<at>");
  });

  it("of the name of a person in the same message is not mentioned a second time", () => {
    const same = buildSuggestionNotice(
      suggestion,
      subject,
      [
        { name: "Priya Nair", teams: priyasId },
        { name: "Priya Nair", teams: "29:priya" },
      ],
      "r",
    );
    expect(teamsOf(same)?.msteams?.entities).toHaveLength(1);
  });
});

describe("a suggestion", () => {
  it("has a button that asks while it is open, in Teams one that opens a dialog", () => {
    expect(calls["suggestion-open"]?.buttons).toMatchObject([{ verb: "accept", label: "Ask for it…" }]);
    expect(calls["suggestion-over"]?.buttons).toEqual([]);
    expect(teamsOf(calls["suggestion-open"])?.body.at(-1)).toMatchObject({
      actions: [{ type: "Action.Submit", data: { msteams: { type: "task/fetch" } } }],
    });
  });

  it("keeps whose idea it was in what its button stands for", () => {
    expect(accept.meaning).toMatchObject({
      verb: "accept",
      suggestionId: "suggestion-1",
      digest: thisDigest,
      tag: "1.4.2",
      target: "production",
      wish: { ...suggestion.wish, suggestedBy: priya },
    });
  });

  it("has a button of its own", () => {
    const { channel, subject: about, incarnation } = accept.meaning;
    const place = { channel, subject: about, incarnation };
    const other = acceptOffer({ suggestion: { ...suggestion, id: "suggestion-2" }, ...place });
    expect(other.button.reference).not.toBe(accept.button.reference);
    expect(acceptOffer({ suggestion, ...place })).toEqual(accept);
  });
});

describe("the announcement that the glass was broken", () => {
  it("says who, why, and until when; and how it ended", () => {
    expect(slackOf(calls["glass-asked"])).toContain("*Maya Lindqvist broke the glass*");
    expect(slackOf(calls["glass-asked"])).toContain("“Checkout is down for everybody”");
    expect(slackOf(calls["glass-asked"])).toContain("It has to start until ");
    expect(slackOf(calls["glass-ended"])).toContain("*Deployed to production, past the rules*");
  });

  it("of something that failed says so", () => {
    const failed = buildGlassNotice(glass({ ...operation(), state: "failed", outcome: "no" }), subject, []);
    expect(failed.icon).toBe("❌");
  });
});
