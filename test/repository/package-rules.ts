/** What we read of package-lock.json. */
export interface Lock {
  readonly packages: Readonly<
    Record<
      string,
      {
        readonly dependencies?: Readonly<Record<string, string>>;
        readonly optionalDependencies?: Readonly<Record<string, string>>;
      }
    >
  >;
}

/**
 * Packages that another names and that the lock lacks. `npm ci` refuses such a lock, other platforms' optional
 * packages included; npm writes one without a word when a version is not there for every platform.
 */
export function missingFromLock({ packages }: Lock): readonly string[] {
  return Object.entries(packages).flatMap(([folder, entry]) =>
    Object.keys({ ...entry.dependencies, ...entry.optionalDependencies })
      .filter((name) => !placesFor(folder, name).some((place) => place in packages))
      .map((name) => `${folder} needs ${name}`),
  );
}

function placesFor(folder: string, name: string): readonly string[] {
  const outer = folder.replace(/(^|\/)node_modules\/(@[^/]+\/)?[^/]+$/, "");
  const here = folder === "" ? `node_modules/${name}` : `${folder}/node_modules/${name}`;
  return folder === "" ? [here] : [here, ...placesFor(outer, name)];
}

/** Versions that are not exact, as `name: version`. */
export function looseVersions(versions: Readonly<Record<string, string>>): readonly string[] {
  return Object.entries(versions)
    .filter(([, version]) => !/^\d+\.\d+\.\d+(-[\w.]+)?$/.test(version))
    .map(([name, version]) => `${name}: ${version}`);
}

/** The package of an import: `@azure/identity/x` is of `@azure/identity`; nothing for what Node has itself. */
export function packageOf(name: string): string | undefined {
  if (name.startsWith("node:")) return undefined;
  return name
    .split("/")
    .slice(0, name.startsWith("@") ? 2 : 1)
    .join("/");
}
