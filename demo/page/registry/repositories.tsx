import type { JSX } from "react";
import type { Manifest, Repository } from "../world.ts";
import { shortDigest } from "./short-digest.ts";

const isIndex = (manifest: Manifest | undefined): boolean =>
  /image\.index|manifest\.list/.test(manifest?.mediaType ?? "");

const isHeld = (manifest: Manifest): boolean =>
  manifest.quarantineState !== undefined && manifest.quarantineState !== "Passed";

const byNumbers = new Intl.Collator("en", { numeric: true });

/** Each repository with its tags and the digests that they point to. */
export function Repositories({
  repositories,
}: {
  repositories: Readonly<Record<string, Repository>>;
}): JSX.Element {
  const names = Object.keys(repositories).sort(byNumbers.compare);
  return (
    <section className="registry-section">
      <h3>Repositories</h3>
      {names.length === 0 && <p className="registry-none">Nothing pushed yet: press Push image</p>}
      {names.map((name) => (
        <OneRepository key={name} name={name} repository={repositories[name]} />
      ))}
    </section>
  );
}

function OneRepository({
  name,
  repository,
}: {
  name: string;
  repository: Repository | undefined;
}): JSX.Element | null {
  if (!repository) return null;
  const tags = Object.entries(repository.tags).sort(([a], [b]) => byNumbers.compare(b, a));
  const tagged = new Set(Object.values(repository.tags));
  const untagged = Object.entries(repository.manifests).filter(([digest]) => !tagged.has(digest));
  // A quarantined image gets its tags when it is released; until then only its digest shows that it is here.
  const held = untagged.filter(([, manifest]) => isHeld(manifest));
  const rest = untagged.length - held.length;
  return (
    <div className="repository" data-testid="repository">
      <p className="repository-name">{name}</p>
      <ul>
        {tags.map(([tag, digest]) => (
          <TagRow key={tag} tag={tag} digest={digest} manifest={repository.manifests[digest]} />
        ))}
        {held.map(([digest, manifest]) => (
          <TagRow key={digest} tag="–" digest={digest} manifest={manifest} />
        ))}
        {rest > 0 && <li className="tag-row tag-none">{rest} without a tag</li>}
      </ul>
    </div>
  );
}

type TagRowProps = { tag: string; digest: string; manifest: Manifest | undefined };

function TagRow({ tag, digest, manifest }: TagRowProps): JSX.Element {
  const quarantine = manifest?.quarantineState;
  return (
    <li className="tag-row">
      <span className="tag-name" title={tag}>
        {tag}
      </span>
      {isIndex(manifest) && <span className="chip">multi-arch</span>}
      {quarantine && (
        <span className={`chip chip-${quarantine.toLowerCase()}`}>{quarantine.toLowerCase()}</span>
      )}
      <code className="digest" title={digest}>
        {shortDigest(digest)}
      </code>
    </li>
  );
}
