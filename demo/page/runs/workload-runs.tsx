import type { JSX } from "react";
import type { Repository, Runs } from "../world.ts";
import { ImageLine } from "./image-line.tsx";
import { nameOfImage } from "./image-name.ts";
import { PodRow } from "./pod-row.tsx";
import { rolloutOf } from "./rollout.ts";

type Props = {
  runs: Extract<Runs, { kind: "workload" }>;
  repositories: Readonly<Record<string, Repository>>;
};

/** A workload on Kubernetes: the image that it is told to run, how far its rollout is, and its pods. */
export function WorkloadRuns({ runs, repositories }: Props): JSX.Element {
  const { done, wanted, look, words } = rolloutOf(runs);
  return (
    <section className="runs-target" data-testid={`runs-${runs.target}`} data-look={look}>
      <h3>
        {runs.target}{" "}
        <span className="runs-how" title={runs.workload}>
          Kubernetes
        </span>
        <span className={`runs-state runs-state-${look}`} data-testid="rollout">
          {words}
        </span>
      </h3>
      <ImageLine image={nameOfImage(runs.image, repositories)} />
      <progress className={`runs-bar runs-bar-${look}`} max={wanted} value={done} aria-label="Rollout" />
      <ul className="pods">
        {runs.pods.map((pod) => (
          <PodRow
            key={pod.name}
            pod={pod}
            image={nameOfImage(pod.image, repositories)}
            isNew={pod.image === runs.image}
          />
        ))}
      </ul>
    </section>
  );
}
