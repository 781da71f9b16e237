import type { JSX } from "react";
import type { Pod } from "../world.ts";
import type { ImageName } from "./image-name.ts";
import { isStuck } from "./rollout.ts";

type Props = { pod: Pod; image: ImageName; isNew: boolean };

/** One pod: the end of its name, what it runs, and its state in Kubernetes' own word. */
export function PodRow({ pod, image, isNew }: Props): JSX.Element {
  const look = isStuck(pod) ? "bad" : pod.isReady ? "good" : "busy";
  return (
    <li className="pod" data-testid="pod" data-look={look} data-new={isNew} title={pod.name}>
      <span className="pod-dot" aria-hidden="true" />
      <span className="pod-name">…{pod.name.slice(-5)}</span>
      <span className="pod-image">{image.tag ?? image.digest}</span>
      <span className="pod-state">{pod.state}</span>
    </li>
  );
}
