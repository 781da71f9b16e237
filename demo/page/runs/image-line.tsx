import type { JSX } from "react";
import type { ImageName } from "./image-name.ts";

/** One image that runs somewhere. */
export function ImageLine({ image }: { image: ImageName }): JSX.Element {
  return (
    <p className="runs-image" title={`${image.repository}@sha256:${image.digest}…`}>
      <span className="runs-repository">{image.repository}</span>
      {image.tag !== undefined && <b className="runs-tag">{image.tag}</b>}
      <code className="digest">{image.digest}</code>
    </p>
  );
}
