import { useRef } from "react";
import type { World } from "../world.ts";

/** Counts the messages of a channel that came since it was last open; what was there at the start is read. */
export function useUnread(world: World, open: string): (id: string) => number {
  const read = useRef<Map<string, number>>();
  const countOf = (id: string): number => world.slack.channels[id]?.length ?? 0;
  if (!read.current) {
    read.current = new Map(Object.keys(world.slack.channels).map((id) => [id, countOf(id)]));
  }
  read.current.set(open, countOf(open));
  const counts = read.current;
  return (id) => Math.max(0, countOf(id) - (counts.get(id) ?? 0));
}
