import { randomUUID } from "node:crypto";
import { apiVersionOf, type KubeObject, kinds, type Metadata, type ObjectKind } from "./objects.ts";

/** One change of an object, as watches tell it. */
export interface ObjectEvent {
  readonly type: "ADDED" | "MODIFIED" | "DELETED";
  readonly kind: ObjectKind;
  readonly object: KubeObject;
  readonly revision: number;
}

/** A new object: the store gives the rest of its metadata. */
export type NewObject = Omit<KubeObject, "apiVersion" | "kind" | "metadata"> & {
  readonly metadata: Partial<Metadata> & Pick<Metadata, "name" | "namespace">;
};

export type ObjectStore = ReturnType<typeof createObjectStore>;

// How far back a watch may begin; an API server keeps five minutes.
const keptEvents = 2_000;

/** The objects of the cluster, as etcd keeps them: each write gives the next resourceVersion and is told to watchers. */
export function createObjectStore(now: () => number) {
  const objects = new Map<string, { readonly kind: ObjectKind; readonly object: KubeObject }>();
  const watchers = new Set<(event: ObjectEvent) => void>();
  const history: ObjectEvent[] = [];
  let revision = 1_000;

  const keyOf = (kind: ObjectKind, namespace: string, name: string) => `${kind}/${namespace}/${name}`;
  function tell(type: ObjectEvent["type"], kind: ObjectKind, object: KubeObject): void {
    const event = { type, kind, object, revision };
    history.push(event);
    if (history.length > keptEvents) history.shift();
    for (const watcher of [...watchers]) watcher(event);
  }
  function keep(type: "ADDED" | "MODIFIED", kind: ObjectKind, object: KubeObject): KubeObject {
    revision += 1;
    const kept = { ...object, metadata: { ...object.metadata, resourceVersion: String(revision) } };
    objects.set(keyOf(kind, object.metadata.namespace, object.metadata.name), { kind, object: kept });
    tell(type, kind, kept);
    return kept;
  }
  return {
    revision: () => revision,
    find: (kind: ObjectKind, namespace: string, name: string): KubeObject | undefined =>
      objects.get(keyOf(kind, namespace, name))?.object,
    /** In the order they were made; of one namespace or of all. */
    list: (kind: ObjectKind, namespace?: string): readonly KubeObject[] =>
      [...objects.values()]
        .filter((one) => one.kind === kind)
        .filter(({ object }) => namespace === undefined || object.metadata.namespace === namespace)
        .map(({ object }) => object),
    create(kind: ObjectKind, fresh: NewObject): KubeObject {
      const metadata = {
        uid: randomUUID(),
        creationTimestamp: timestamp(now()),
        ...fresh.metadata,
        resourceVersion: "",
      };
      return keep("ADDED", kind, {
        apiVersion: apiVersionOf(kind),
        kind: kinds[kind].kind,
        ...fresh,
        metadata,
      });
    },
    /** Writes an object that is there; one that is the same as before is not written. */
    update(kind: ObjectKind, object: KubeObject): KubeObject {
      const before = objects.get(keyOf(kind, object.metadata.namespace, object.metadata.name))?.object;
      if (before !== undefined && isSame(before, object)) return before;
      return keep("MODIFIED", kind, object);
    },
    remove(kind: ObjectKind, namespace: string, name: string): void {
      const gone = objects.get(keyOf(kind, namespace, name));
      if (gone === undefined) return;
      objects.delete(keyOf(kind, namespace, name));
      revision += 1;
      const metadata = { ...gone.object.metadata, resourceVersion: String(revision) };
      tell("DELETED", kind, { ...gone.object, metadata });
    },
    /** What happened after a revision. */
    since: (after: number): readonly ObjectEvent[] => history.filter((event) => event.revision > after),
    /** Tells each change from now on; the function given back ends it. */
    watch(watcher: (event: ObjectEvent) => void): () => void {
      watchers.add(watcher);
      return () => {
        watchers.delete(watcher);
      };
    },
  };
}

/** A time as Kubernetes writes it: to the second. */
export function timestamp(ms: number): string {
  return `${new Date(ms).toISOString().slice(0, 19)}Z`;
}

function isSame(before: KubeObject, after: KubeObject): boolean {
  const plain = (object: KubeObject) =>
    JSON.stringify({ ...object, metadata: { ...object.metadata, resourceVersion: "" } });
  return plain(before) === plain(after);
}
