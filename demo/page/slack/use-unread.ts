import { useRef } from "react";

/** Counts the messages of a place that came since it was last open; what was there at the start is read. */
export function useUnread(
  messages: Readonly<Record<string, readonly unknown[]>>,
  open: string,
): (id: string) => number {
  const read = useRef<Map<string, number>>();
  const countOf = (id: string): number => messages[id]?.length ?? 0;
  if (!read.current) read.current = new Map(Object.keys(messages).map((id) => [id, countOf(id)]));
  read.current.set(open, countOf(open));
  const counts = read.current;
  return (id) => Math.max(0, countOf(id) - (counts.get(id) ?? 0));
}
