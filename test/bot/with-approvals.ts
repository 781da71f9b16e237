import { cast } from "../../demo/cast.ts";
import type { Overrides } from "../../demo/configuration.ts";
import type { World } from "../../demo/world.ts";
import { type OnTeams, onTeams } from "../support/on-teams.ts";
import { openStage, type Stage } from "../support/stage.ts";

export const ola = "U0OLA00001";
export const ben = "U0BEN00001";
const [mayaOnTeams, priya] = cast.teams.people;

/** Where production needs two approvers of three: Ola and Ben in Slack, Priya on Teams. */
export interface ApprovalStage extends Stage {
  readonly teams: OnTeams;
}

const retag = { type: "retag", registry: "contoso", repositories: ["shop/*"] } as const;

/** The configuration: Maya may deploy, three may approve, Ola may break the glass and runs the bot. */
export const withApprovals: Overrides = {
  people: [{ name: "Maya Lindqvist", slack: cast.people[0].id, teams: mayaOnTeams.aadObjectId }],
  roles: {
    deployer: { slack: [cast.people[0].id], teams: [mayaOnTeams.aadObjectId] },
    "release-manager": { slack: [cast.people[0].id] },
    approver: {
      slack: [ola, ben],
      teams: [priya.aadObjectId],
      notify: { slack: ola, teams: priya.aadObjectId },
    },
    operator: { slack: [ola] },
  },
  targets: {
    staging: {
      ...retag,
      tag: "staging",
      allow: { deploy: ["deployer"], rollback: ["deployer"], lock: ["deployer", "operator"] },
    },
    production: {
      ...retag,
      tag: "production",
      allow: { deploy: ["deployer"], rollback: ["deployer"], breakGlass: ["operator"] },
      approvals: { count: 2, from: ["approver"] },
      after: { target: "staging" },
    },
  },
};

/** Starts the bot on both platforms with that configuration. */
export async function openApprovalStage(
  more: (world: World) => Overrides = () => ({}),
): Promise<ApprovalStage> {
  const users = [
    ...cast.people.map(({ roles: _roles, ...user }) => user),
    { id: ola, name: "ola", real_name: "Ola Berg" },
    { id: ben, name: "ben", real_name: "Ben Okafor" },
  ];
  const overrides = (world: World) => ({ ...withApprovals, ...more(world) });
  const stage = await openStage({ overrides, world: { teams: {}, slack: { users } } });
  return { ...stage, teams: onTeams(stage) };
}

/** Pushes an image and deploys it to staging; gives its card in Slack. */
export async function onStaging(stage: Stage, repository: string, tag = "1") {
  const { digest } = await stage.push({ repository, tag });
  const card = await stage.card(`${repository}:${tag}`, ({ buttons }) => buttons.includes("acr:deploy"));
  await stage.command(`/acr deploy ${repository}:${tag} to staging`);
  const live = await stage.card(`${repository}:${tag}`, ({ text }) => text.includes("Live on staging"));
  return { digest, ts: card.ts, card: live };
}

/** Asks for production as Maya; gives the operation that awaits approval. */
export async function askForProduction(stage: Stage, repository: string, tag = "1", more = "") {
  const answer = await stage.command(`/acr deploy ${repository}:${tag} to production ${more}`);
  const [operation] = await stage.bot.store.operationsOfRepository("contoso", repository, 1);
  if (operation === undefined) throw new Error(answer);
  return { answer, operation };
}
