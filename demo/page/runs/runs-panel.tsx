import type { JSX } from "react";
import type { World } from "../world.ts";
import { TagRuns } from "./tag-runs.tsx";
import { WorkloadRuns } from "./workload-runs.tsx";

/** What each environment runs now, as it would be seen there and not in a chat. Nothing where the demo has no workload. */
export function RunsPanel({ world }: { world: World }): JSX.Element | null {
  const { runs = [], registry } = world;
  if (!runs.some(({ kind }) => kind === "workload")) return null;
  return (
    <section className="pane pane-runs" data-testid="runs" aria-label="What runs">
      <h2>What runs</h2>
      {runs.map((one) =>
        one.kind === "tag" ? (
          <TagRuns key={one.target} target={one.target} tag={one.tag} repositories={registry.repositories} />
        ) : (
          <WorkloadRuns key={one.target} runs={one} repositories={registry.repositories} />
        ),
      )}
    </section>
  );
}
