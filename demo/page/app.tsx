import type { JSX } from "react";
import { useState } from "react";
import { botUserId, SetupContext } from "./people.tsx";
import { RegistryPanel } from "./registry/registry-panel.tsx";
import { SlackPane } from "./slack/slack-pane.tsx";
import { TopBar } from "./top-bar.tsx";
import { useWorld } from "./use-world.ts";
import { UserSwitch } from "./user-switch.tsx";

/** The whole page: the top bar, a pane for each chat platform side by side, and the registry column. */
export function App(): JSX.Element {
  const { world, connection, refresh } = useWorld();
  const [userId, setUserId] = useState<string>();
  const [registryOpen, setRegistryOpen] = useState(true);
  const users =
    world?.setup.users.filter(({ id, platform }) => platform === "slack" && id !== botUserId) ?? [];
  const user = users.find(({ id }) => id === userId) ?? users[0];
  return (
    <SetupContext.Provider value={world?.setup}>
      <TopBar
        connection={connection}
        registryOpen={registryOpen}
        toggleRegistry={() => setRegistryOpen(!registryOpen)}
      >
        {user && <UserSwitch users={users} chosen={user} choose={setUserId} />}
      </TopBar>
      <div className="panes">
        {world && user ? (
          <>
            <SlackPane world={world} user={user.id} refresh={refresh} />
            <RegistryPanel world={world} hidden={!registryOpen} refresh={refresh} />
          </>
        ) : (
          <p className="waiting" role="status">
            {world ? "This demo has no Slack users." : "Waiting for the demo server…"}
          </p>
        )}
      </div>
    </SetupContext.Provider>
  );
}
