import type { JSX } from "react";
import type { World } from "../world.ts";
import { Deliveries } from "./deliveries.tsx";
import { PushForm } from "./push-form.tsx";
import { Repositories } from "./repositories.tsx";

type Props = { world: World; refresh: () => Promise<void> };

/** The pane that plays the registry: what to push, what it holds, and what its webhook sent. */
export function RegistryPanel({ world, refresh }: Props): JSX.Element {
  return (
    <aside className="pane pane-registry" aria-label="The registry">
      <header className="registry-head">
        <h2>The registry</h2>
        <code>{world.setup.registry.loginServer}</code>
      </header>
      <div className="registry-body">
        <PushForm registry={world.registry} runsImages={runsWorkloads(world)} refresh={refresh} />
        <Repositories repositories={world.registry.repositories} />
        <Deliveries deliveries={world.deliveries} />
      </div>
    </aside>
  );
}

function runsWorkloads({ runs = [] }: World): boolean {
  return runs.some(({ kind }) => kind === "workload");
}
