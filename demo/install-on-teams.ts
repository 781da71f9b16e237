import { cast } from "./cast.ts";
import type { TeamsWorld } from "./teams/world.ts";

// The keys are on this machine and read within moments; longer than this means that they never will be.
const longestWaitMs = 20_000;
const lookAgainMs = 20;

/**
 * Somebody adds the app to the team, to the group chat and for everybody of the tenant, as the guide says; not before the bot can
 * check Teams' tokens, so that it hears of each place. Throws when it cannot within 20 s.
 */
export async function installOnTeams(teams: TeamsWorld, internalAddress: string): Promise<void> {
  await untilReady(internalAddress);
  const [maya] = cast.teams.people;
  await teams.install({ scope: "team", team: cast.teams.team.id, user: maya.id });
  await teams.install({ scope: "group", conversation: cast.teams.group.id, user: maya.id });
  for (const { id, ...person } of cast.teams.people)
    if (!("tenantId" in person)) await teams.install({ scope: "personal", user: id });
}

/** Waits until `/readyz` names Teams ready: the bot has the keys of the Bot Framework. */
export async function untilReady(internalAddress: string): Promise<void> {
  const deadline = performance.now() + longestWaitMs;
  for (;;) {
    const { teams } = await readChecks(internalAddress);
    if (teams?.status === "ready") return;
    if (performance.now() > deadline)
      throw new Error(`the bot cannot check Teams' tokens: ${teams?.reason ?? "it is not on Teams"}`);
    await new Promise((resolve) => setTimeout(resolve, lookAgainMs));
  }
}

type Checks = Readonly<Record<string, { readonly status: string; readonly reason?: string }>>;

async function readChecks(internalAddress: string): Promise<Checks> {
  const response = await fetch(`${internalAddress}/readyz`);
  const { checks } = (await response.json()) as { readonly checks: Checks };
  return checks;
}
