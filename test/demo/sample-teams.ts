import { readFileSync } from "node:fs";

const golden = (
  name: string,
): { readonly summary?: string; readonly title?: string; readonly card: object } =>
  JSON.parse(readFileSync(new URL(`../cards/golden/${name}.json`, import.meta.url), "utf8")).teams;

/** The bot's Teams account. */
export const bot = "28:b07c0de0-1111-4222-8333-acc0ffee0001";
export const maya = "29:maya";
export const priya = "29:priya";
export const zoe = "29:zoe";
export const releases = "19:releases@thread.tacv2";
const general = "19:general@thread.tacv2";
export const onCall = "19:oncall@thread.v2";
export const mayasChat = "a:maya-acr";

/** Teams' people: Maya is in Slack too, Zoe is a guest from another tenant. */
export const teamsUsers = [
  {
    platform: "teams",
    id: maya,
    name: "Maya Lindqvist",
    person: "maya",
    roles: ["deployer", "release-manager"],
  },
  { platform: "teams", id: priya, name: "Priya Nair", roles: [] },
  { platform: "teams", id: zoe, name: "Zoe Foreign", roles: [], note: "another tenant" },
];

const team = "Contoso platform";

const places = [
  { id: releases, name: "releases", kind: "channel", team, members: [maya, priya, zoe] },
  { id: general, name: "General", kind: "channel", team },
  { id: onCall, name: "On call", kind: "group", members: [maya, priya] },
  { id: mayasChat, name: "acr", kind: "personal", members: [maya] },
];

/** Teams an hour into a release, with the bot's own cards; `at` is in Unix seconds. */
export function busyTeams(at: number) {
  const ago = (seconds: number): number => (at - seconds) * 1000;
  const from = (id: string, who: string, seconds: number, text: string) => ({
    id,
    from: who,
    at: ago(seconds),
    text,
    card: null,
    edits: 0,
  });
  const card = (id: string, name: string, seconds: number, edits: number) => {
    const { summary, card } = golden(name);
    return { id, from: bot, at: ago(seconds), text: "", summary, card, edits };
  };
  return {
    places,
    conversations: {
      [releases]: [
        card("1700000001", "live", 1500, 4),
        {
          ...from("1700000002", bot, 1400, "Deploying to **staging**, asked by Maya Lindqvist"),
          replyToId: "1700000001",
        },
        { ...card("1700000003", "notice-deployed", 1340, 0), replyToId: "1700000001" },
        {
          ...from("1700000004", maya, 1300, "Looks good, the tax fix is in."),
          replyToId: "1700000001",
        },
        card("1700000005", "quarantined", 240, 1),
      ],
      [general]: [from("1700000100", priya, 5000, "Hello, I am new here. Who releases images?")],
      [onCall]: [
        from("1700000200", priya, 900, "@acr running"),
        from(
          "1700000201",
          bot,
          899,
          "**staging** runs `1.4.2`\n\n- shop/checkout 1.4.2\n- shop/basket 1.9.4",
        ),
        card("1700000202", "failed", 300, 2),
      ],
      [mayasChat]: [
        from("1700000300", maya, 700, "status shop/checkout:1.4.2"),
        card("1700000301", "live", 699, 0),
      ],
    } as Record<string, object[]>,
    notes: [
      {
        id: "n1",
        user: priya,
        conversation: releases,
        messageId: "1700000005",
        text: "You need **release-manager** for shop/checkout. Maya Lindqvist has it. Nothing was changed.",
        at: ago(60),
      },
    ] as object[],
    dialogs: [] as object[],
  };
}

/** A dialog as the bot opens it, with its golden card. */
export function openDialog(name: "dialog-reject" | "dialog-deploy" | "dialog-details", user: string) {
  const { title = "", card } = golden(name);
  return { id: `d-${name}`, user, title, card, conversation: releases };
}
