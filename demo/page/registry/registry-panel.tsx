import type { JSX } from "react";
import type { World } from "../world.ts";
import { Deliveries } from "./deliveries.tsx";
import { PushForm } from "./push-form.tsx";
import { Repositories } from "./repositories.tsx";

type Props = { world: World; hidden: boolean; refresh: () => Promise<void> };

/** The column that plays the registry: what to push, what it holds, and what its webhook sent. */
export function RegistryPanel({ world, hidden, refresh }: Props): JSX.Element {
  return (
    <aside className="pane pane-registry" id="the-registry" aria-label="The registry" hidden={hidden}>
      <header className="registry-head">
        <h2>The registry</h2>
        <code>{world.setup.registry.loginServer}</code>
      </header>
      <div className="registry-body">
        <PushForm registry={world.registry} refresh={refresh} />
        <Repositories repositories={world.registry.repositories} />
        <Deliveries deliveries={world.deliveries} />
      </div>
    </aside>
  );
}
