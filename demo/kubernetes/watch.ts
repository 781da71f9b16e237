import type { Reply } from "../shared/http-call.ts";
import type { Cluster } from "./cluster.ts";
import type { ObjectEvent } from "./object-store.ts";
import type { ObjectKind } from "./objects.ts";
import { selectedBy } from "./selectors.ts";
import type { Exchange } from "./server.ts";
import { StatusError } from "./status-error.ts";

// The shortest time after which an API server ends a watch by itself is half an hour.
const longestWatchMs = 30 * 60_000;

/** A watch: what happened since the given resourceVersion, and then each change as it comes. */
export function watchObjects(
  { store }: Cluster,
  place: { readonly kind: ObjectKind; readonly namespace?: string },
  call: Exchange,
): Reply {
  if (call.query.get("sendInitialEvents") !== null)
    throw new StatusError(
      422,
      "Invalid",
      "sendInitialEvents is forbidden for watch unless the WatchList feature gate is enabled",
    );
  const isSelected = selectedBy(call.query);
  const isMeant = ({ kind, object }: ObjectEvent) =>
    kind === place.kind &&
    (place.namespace === undefined || object.metadata.namespace === place.namespace) &&
    isSelected(object);
  const from = call.query.get("resourceVersion") ?? "";
  const seconds = Number(call.query.get("timeoutSeconds") ?? 0);
  const endsAfterMs = seconds > 0 ? Math.min(seconds * 1_000, longestWatchMs) : longestWatchMs;
  return {
    status: 200,
    stream(write, end) {
      const tell = (event: ObjectEvent) => {
        if (isMeant(event)) write({ type: event.type, object: event.object });
      };
      if (from === "" || from === "0") {
        for (const object of store.list(place.kind, place.namespace).filter(isSelected))
          write({ type: "ADDED", object });
      } else for (const event of store.since(Number(from))) tell(event);
      const forget = store.watch(tell);
      const timer = setTimeout(end, endsAfterMs);
      return () => {
        clearTimeout(timer);
        forget();
      };
    },
  };
}
