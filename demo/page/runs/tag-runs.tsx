import type { JSX } from "react";
import type { Repository } from "../world.ts";
import { ImageLine } from "./image-line.tsx";
import { nameOfDigest } from "./image-name.ts";

type Props = { target: string; tag: string; repositories: Readonly<Record<string, Repository>> };

/** An environment that follows a tag: the images that carry it. */
export function TagRuns({ target, tag, repositories }: Props): JSX.Element {
  const images = Object.entries(repositories).flatMap(([repository, { tags }]) => {
    const digest = tags[tag];
    return digest === undefined ? [] : [nameOfDigest(repository, digest, repositories)];
  });
  return (
    <section className="runs-target" data-testid={`runs-${target}`}>
      <h3>
        {target} <span className="runs-how">follows the tag</span>
      </h3>
      {images.length === 0 && <p className="registry-none">Nothing yet</p>}
      {images.map((image) => (
        <ImageLine key={image.repository} image={image} />
      ))}
    </section>
  );
}
