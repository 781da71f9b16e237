import { useCallback, useEffect, useRef, useState } from "react";
import { eventsAddress, fieldOf, get } from "./requests.ts";
import type { World } from "./world.ts";

const pollEveryMs = 1000;
// A browser reconnects a broken stream by itself, but gives up for good on an answer such as 404 or 502.
const reopenAfterMs = 3000;

export type Connection = "connecting" | "live" | "polling";

function isWorld(value: unknown): value is World {
  const parts = ["setup", "slack", "registry", "deliveries"];
  return parts.every((part) => typeof fieldOf(value, part) === "object");
}

/** The world as it is now: by server-sent events, and by asking each second while those are away. */
export function useWorld(): {
  readonly world: World | undefined;
  readonly connection: Connection;
  readonly refresh: () => Promise<void>;
} {
  const [world, setWorld] = useState<World>();
  const [connection, setConnection] = useState<Connection>("connecting");
  const arrivals = useRef(0);

  const accept = useCallback((value: unknown) => {
    if (!isWorld(value)) return;
    arrivals.current += 1;
    setWorld(value);
  }, []);

  const refresh = useCallback(async () => {
    const before = arrivals.current;
    const answer = await get("/state");
    // An event that came while we waited is newer than this answer.
    if (answer.ok && arrivals.current === before) accept(answer.body);
  }, [accept]);

  useEffect(() => followEvents({ accept, refresh, setConnection }), [accept, refresh]);
  return { world, connection, refresh };
}

function followEvents(deps: {
  readonly accept: (value: unknown) => void;
  readonly refresh: () => Promise<void>;
  readonly setConnection: (connection: Connection) => void;
}): () => void {
  let source: EventSource;
  let reopening: ReturnType<typeof setTimeout> | undefined;
  const open = (): void => {
    source = new EventSource(eventsAddress);
    source.onopen = () => deps.setConnection("live");
    source.onmessage = (event) => deps.accept(JSON.parse(event.data));
    source.onerror = () => {
      deps.setConnection("polling");
      if (source.readyState === EventSource.CLOSED) reopening = setTimeout(open, reopenAfterMs);
    };
  };
  open();
  const polling = setInterval(() => {
    if (source.readyState !== EventSource.OPEN) void deps.refresh();
  }, pollEveryMs);
  return () => {
    source.close();
    clearTimeout(reopening);
    clearInterval(polling);
  };
}
