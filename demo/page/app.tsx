import type { JSX } from "react";
import { useState } from "react";
import { isBotId, SetupContext } from "./people.tsx";
import type { Person } from "./persons.ts";
import { personsOf } from "./persons.ts";
import { PlatformTabs } from "./platform-tabs.tsx";
import { RegistryPanel } from "./registry/registry-panel.tsx";
import { RunsPanel } from "./runs/runs-panel.tsx";
import { SlackPane } from "./slack/slack-pane.tsx";
import { TeamsPane } from "./teams/teams-pane.tsx";
import { hasTeams } from "./teams/teams-world.ts";
import { TopBar } from "./top-bar.tsx";
import { useWorld } from "./use-world.ts";
import { UserSwitch } from "./user-switch.tsx";
import type { World } from "./world.ts";

/** The people who can be chosen: on Slack, and on Teams where the demo has it; first those who may do something. */
function personsIn(world: World, withTeams: boolean): readonly Person[] {
  const users = world.setup.users.filter(({ id }) => !isBotId(id));
  const persons = personsOf(
    users.filter(({ platform }) => platform === "slack" || (withTeams && platform === "teams")),
  );
  const may = (person: Person): number => (person.roles.length > 0 ? 0 : 1);
  return [...persons].sort((one, other) => may(one) - may(other));
}

/** The whole page: the top bar, a pane for each chat platform side by side, and the column of what is outside: the
 * registry, and what runs. */
export function App(): JSX.Element {
  const { world, connection, refresh } = useWorld();
  const [personId, setPersonId] = useState<string>();
  const [registryOpen, setRegistryOpen] = useState(true);
  // Only one pane shows where the window is too narrow for both.
  const [front, setFront] = useState<"slack" | "teams">("slack");
  const teams = world?.teams && hasTeams(world.teams) ? world.teams : undefined;
  const persons = world ? personsIn(world, teams !== undefined) : [];
  const person = persons.find(({ id }) => id === personId) ?? persons[0];
  const choose = (id: string): void => {
    const chosen = persons.find((one) => one.id === id);
    setPersonId(id);
    if (chosen && chosen[front] === undefined) setFront(chosen.slack === undefined ? "teams" : "slack");
  };
  return (
    <SetupContext.Provider value={world?.setup}>
      <TopBar
        connection={connection}
        registryOpen={registryOpen}
        toggleRegistry={() => setRegistryOpen(!registryOpen)}
        tabs={teams && <PlatformTabs front={front} choose={setFront} />}
      >
        {person && (
          <UserSwitch persons={persons} chosen={person} choose={choose} withPlatforms={teams !== undefined} />
        )}
      </TopBar>
      <div className="panes" data-both={teams !== undefined} data-front={front}>
        {world && person ? (
          <>
            <SlackPane world={world} user={person.slack} watcher={person.name} refresh={refresh} />
            {teams && <TeamsPane teams={teams} user={person.teams} watcher={person.name} refresh={refresh} />}
            <div className="outside" id="outside" hidden={!registryOpen}>
              <RegistryPanel world={world} refresh={refresh} />
              <RunsPanel world={world} />
            </div>
          </>
        ) : (
          <p className="waiting" role="status">
            {world ? "This demo has no users." : "Waiting for the demo server…"}
          </p>
        )}
      </div>
    </SetupContext.Provider>
  );
}
