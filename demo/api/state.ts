import type { Store } from "../../src/store/store.ts";
import { cast } from "../cast.ts";
import type { World } from "../world.ts";
import { whatRuns } from "./runs.ts";

const mostRows = 200;

/** Everything that the demo's page shows, as `GET /demo/api/state` gives it. */
export async function readState(world: World, store: Store) {
  const { registry, slack } = world;
  const [operations, audit] = await Promise.all([store.listOperations(mostRows), store.listAudit(mostRows)]);
  return {
    setup: {
      users: usersOf(world),
      channels: [
        ...cast.channels.map((channel) => ({ platform: "slack", ...channel })),
        ...directMessages(slack),
      ],
      registry: { name: registry.registryName, loginServer: registry.loginServer, address: registry.address },
      secret: world.secrets.webhook,
    },
    slack: slack.snapshot(),
    teams: world.teams?.snapshot() ?? { conversations: {} },
    registry: { ...registry.snapshot(), quarantinePolicy: { enabled: registry.quarantinePolicy() } },
    runs: whatRuns(world),
    deliveries: registry.deliveries(),
    operations: operations.map((one) => ({
      id: one.id,
      kind: one.kind,
      target: one.target,
      repository: one.repository,
      digest: one.digest,
      state: one.state,
      requestedBy: one.requestedBy.userId,
      outcome: one.outcome,
    })),
    audit,
  };
}

function usersOf({ teams }: World) {
  const onSlack = cast.people.map(({ id, real_name, roles }) => ({
    platform: "slack",
    id,
    name: real_name,
    roles,
  }));
  if (teams === undefined) return onSlack;
  return [
    ...onSlack,
    ...cast.teams.people.map(({ id, name, roles, ...person }) => ({
      platform: "teams",
      id,
      name,
      roles,
      ...("tenantId" in person ? { note: "another tenant" } : {}),
    })),
  ];
}

/** The direct messages that exist, each with the person it is with. */
function directMessages(slack: World["slack"]) {
  const known: readonly string[] = cast.channels.map(({ id }) => id);
  return Object.keys(slack.snapshot().channels)
    .filter((id) => !known.includes(id))
    .map((id) => ({ platform: "slack", id, name: "acr", user: slack.directUser(id) }));
}
