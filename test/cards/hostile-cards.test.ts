import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Node, parseMrkdwn } from "../../demo/page/slack/parse-mrkdwn.ts";
import { validateBlocks } from "../../demo/slack/validate-blocks.ts";
import { validateView } from "../../demo/slack/validate-view.ts";
import { buildCard } from "../../src/cards/artifact-card.ts";
import { opensDialog } from "../../src/cards/buttons/button-verbs.ts";
import { buildDeletedAlert, buildLostAlert } from "../../src/cards/deleted-alert.ts";
import { buildDetailsDialog } from "../../src/cards/details-dialog.ts";
import { buildOperationNotice } from "../../src/cards/notices/operation-notice.ts";
import { buildOrderDialog } from "../../src/cards/order-dialog.ts";
import { renderSlackCard } from "../../src/cards/slack/block-kit.ts";
import { renderSlackDialog } from "../../src/cards/slack/block-kit-dialog.ts";
import { renderSlackNotice } from "../../src/cards/slack/block-kit-notice.ts";
import { renderTeamsCard } from "../../src/cards/teams/adaptive-card.ts";
import { renderTeamsDialog } from "../../src/cards/teams/adaptive-dialog.ts";
import { renderTeamsNotice } from "../../src/cards/teams/adaptive-notice.ts";
import { slackLimits, teamsLimits } from "../../src/cards/text/text-limits.ts";
import type { Card } from "../../src/nouns/card.ts";
import type { OperationState } from "../../src/nouns/operation.ts";
import { adaptiveCardProblems } from "./adaptive-card-problems.ts";
import { view } from "./example-view.ts";
import { hidden, longHostileText } from "./hostile-text.ts";
import { besides, hostileView } from "./hostile-view.ts";

const shapes = fc.record({
  held: fc.boolean(),
  deleted: fc.boolean(),
  state: fc.constantFrom<OperationState>(
    ...(["awaiting-approval", "queued", "running", "cancelling", "succeeded"] as const),
    ...(["failed", "cancelled", "expired", "in-doubt"] as const),
  ),
});

/** Everything in a rendered message that Slack would follow, mention or run. */
function lively(nodes: readonly Node[]): readonly string[] {
  return nodes.flatMap((node) => {
    if ("children" in node) return [...(node.kind === "bold" ? [] : [node.kind]), ...lively(node.children)];
    if (node.kind === "link") return leadsWhereItSays(node) ? [] : [node.url];
    return node.kind === "text" || node.kind === "code" || node.kind === "date" ? [] : [node.kind];
  });
}

/** Links to the source and the scan's report are wanted, if they are https and show the host that they lead to. */
function leadsWhereItSays({ url, label }: Extract<Node, { kind: "link" }>): boolean {
  return url.startsWith("https://") && label.includes(new URL(url).host);
}

function mrkdwnIn(value: unknown): readonly string[] {
  if (Array.isArray(value)) return value.flatMap(mrkdwnIn);
  if (typeof value !== "object" || value === null) return [];
  if ("type" in value && value.type === "mrkdwn" && "text" in value) return [String(value.text)];
  return Object.values(value).flatMap(mrkdwnIn);
}

function expectHarmless(message: {
  readonly text: string;
  readonly blocks: unknown;
  readonly fallbackText: string;
}): void {
  for (const said of [message.text, message.fallbackText, ...mrkdwnIn(message.blocks)])
    expect(lively(parseMrkdwn(said)), said.slice(0, 300)).toEqual([]);
  expect(mrkdwnIn(message.blocks).join("").replaceAll("\n", "")).not.toMatch(hidden);
}

describe("a card full of hostile text", () => {
  it("is taken by Slack and makes no mention, foreign link or command", () => {
    fc.assert(
      fc.property(longHostileText, shapes, (said, shape) => {
        const { card } = buildCard(hostileView(said, shape));
        const message = renderSlackCard(card);
        expect(validateBlocks(message.blocks, "message")).toEqual([]);
        expect(message.blocks.length).toBeGreaterThan(0);
        expect(JSON.stringify(message.blocks).length).toBeLessThanOrEqual(slackLimits.blocksJson * 2);
        expect([...message.text].length).toBeLessThanOrEqual(slackLimits.notificationText);
        expect([...message.fallbackText].length).toBeLessThanOrEqual(slackLimits.messageText);
        expectHarmless(message);
      }),
      { numRuns: 30 },
    );
  }, 60_000);

  it("is taken by Teams and mentions nobody", () => {
    fc.assert(
      fc.property(longHostileText, shapes, (said, shape) => {
        const { card } = buildCard(hostileView(said, shape));
        const message = renderTeamsCard(card, teamsLimits.workflowBytes);
        expect(adaptiveCardProblems(message.card)).toEqual([]);
        const json = JSON.stringify(message.card);
        expect(json.length * 2).toBeLessThanOrEqual(teamsLimits.workflowBytes);
        expect(json).not.toContain("<at>");
        expect(message.card?.msteams?.entities).toBeUndefined();
      }),
      { numRuns: 30 },
    );
  }, 60_000);

  it("opens dialogs and makes notices that are taken too", () => {
    fc.assert(
      fc.property(longHostileText, shapes, (said, shape) => {
        const shown = hostileView(said, shape);
        const history = [{ at: 1, step: "receive", what: said }] as const;
        const dialogs = buildCard(shown).buttons.map((meaning) =>
          opensDialog(meaning)
            ? buildOrderDialog(shown, meaning)
            : buildDetailsDialog(shown, history, meaning.reference),
        );
        for (const dialog of [...dialogs, buildDetailsDialog(shown, history, "r")]) {
          const slack = renderSlackDialog(dialog);
          expect(validateView(slack)).toEqual([]);
          for (const one of mrkdwnIn(slack)) expect(lively(parseMrkdwn(one)), one.slice(0, 300)).toEqual([]);
          expect(adaptiveCardProblems(renderTeamsDialog(dialog).card)).toEqual([]);
        }
        const alert = buildDeletedAlert(shown) ?? buildLostAlert(shown);
        const notices = [
          ...shown.operations.map((one) => buildOperationNotice(one, { title: said })),
          ...besides(said, shown),
          ...(alert === undefined ? [] : [alert]),
        ];
        for (const notice of notices) {
          const slack = renderSlackNotice(notice);
          expect(validateBlocks(slack.blocks, "message")).toEqual([]);
          expectHarmless(slack);
          expect(adaptiveCardProblems(renderTeamsNotice(notice).card)).toEqual([]);
        }
      }),
      { numRuns: 30 },
    );
  }, 60_000);
});

describe("a card that is too large", () => {
  const line = "checkout ".repeat(400);
  const large: Card = {
    ...buildCard(view()).card,
    notes: Array.from({ length: 80 }, () => ({
      icon: "❌",
      tone: "attention",
      text: [{ kind: "plain", text: line }],
    })),
    facts: Array.from({ length: 40 }, (_, index) => ({
      label: index === 0 ? "Digest" : `Fact ${index}`,
      value: [{ kind: "plain", text: line }],
    })),
    badges: Array.from({ length: 40 }, () => line),
    regions: [{ kind: "plain", text: line }],
    running: [{ kind: "plain", text: line }],
  };

  it("loses what people can do without, and keeps state, digest and buttons", () => {
    const { blocks } = renderSlackCard(large);
    expect(validateBlocks(blocks, "message")).toEqual([]);
    expect(blocks.map(({ block_id }) => block_id)).toEqual([
      "acr:title",
      "acr:state",
      "acr:note:0",
      "acr:facts",
      "acr:buttons",
    ]);
    expect(JSON.stringify(blocks)).toContain("*Digest*");
  });

  it("fits into a Workflows post", () => {
    const { card } = renderTeamsCard(large, teamsLimits.workflowBytes);
    expect(adaptiveCardProblems(card)).toEqual([]);
    expect(JSON.stringify(card).length * 2).toBeLessThanOrEqual(teamsLimits.workflowBytes);
  });

  it("is plain text at worst", () => {
    const buttons = Array.from(
      { length: 25 },
      () =>
        ({
          kind: "act",
          verb: "deploy",
          label: "Deploy…",
          style: "default",
          reference: "r".repeat(2000),
        }) as const,
    );
    const message = renderSlackCard({ ...large, buttons });
    expect(message.blocks).toEqual([]);
    expect(message.fallbackText).toContain("shop/checkout:1.4.2");
    expect(renderTeamsCard({ ...large, buttons }, 10_000).card).toBeUndefined();
    expect(renderTeamsCard({ ...large, buttons }, 10_000).fallbackText).toContain("shop/checkout:1.4.2");
  });

  it("keeps the registry in a header whose title is cut", () => {
    const header = renderSlackCard({ ...large, title: `${"a".repeat(500)}:1.4.2`, notes: [] }).blocks[0];
    expect(header?.type === "header" && header.text.text).toMatch(/^a+…a+:1\.4\.2 · contoso$/);
  });

  it("has a notification even if its summary is empty", () => {
    expect(renderSlackCard({ ...large, summary: " \n ", title: "" }).text).toBe("Registry event");
    expect(renderTeamsCard({ ...large, summary: "", title: "\u200B" }).summary).toBe("Registry event");
  });
});

describe("a button", () => {
  const button = (reference: string, label = "Deploy…") =>
    ({ kind: "act", verb: "deploy", label, style: "default", reference }) as const;
  const idsOf = (references: readonly string[]) =>
    renderSlackCard({
      ...buildCard(view()).card,
      buttons: references.map((reference) => button(reference)),
    }).blocks.flatMap((block) =>
      block.type === "actions" ? block.elements.map(({ action_id }) => action_id) : [],
    );

  it("has an action id by its verb and a number from the second on", () => {
    expect(idsOf(["a", "b", "c"])).toEqual(["acr:deploy", "acr:deploy:2", "acr:deploy:3"]);
  });

  it("is left out where its reference is empty or longer than Slack takes", () => {
    expect(idsOf(["", "r".repeat(2000)])).toHaveLength(1);
    expect(idsOf(["r".repeat(2001)])).toHaveLength(0);
  });

  it("of one click is answered in place in Teams, each by an id of its own", () => {
    const approve = { ...button("ref"), verb: "approve", style: "primary" } as const;
    const { card } = renderTeamsCard({
      ...buildCard(view()).card,
      buttons: [approve, { ...approve, reference: "other" }, { ...approve, verb: "cancel" }],
    });
    expect(card?.body.at(-1)).toMatchObject({
      actions: [
        {
          type: "Action.Execute",
          id: "approve",
          verb: "approve",
          style: "positive",
          data: { reference: "ref" },
        },
        { type: "Action.Execute", id: "approve:2", verb: "approve", data: { reference: "other" } },
        { type: "Action.Execute", id: "cancel", verb: "cancel" },
      ],
    });
  });

  it("opens a task module in Teams and carries the reference alone", () => {
    const { card } = renderTeamsCard({ ...buildCard(view()).card, buttons: [button("ref")] });
    expect(card?.body.at(-1)).toMatchObject({
      actions: [{ type: "Action.Submit", data: { msteams: { type: "task/fetch" }, reference: "ref" } }],
    });
  });
});
