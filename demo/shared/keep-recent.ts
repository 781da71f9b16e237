// Kept in memory by a demo that may run for days; old ones fall out.
const keptMessages = 2000;
const keptPrivate = 500;

/** The place's last messages, with `message` added at the end. */
export function append<Message>(place: { messages: readonly Message[] }, message: Message): void {
  place.messages = [...place.messages, message].slice(-keptMessages);
}

/** Adds to one of the lists that only one person sees; the oldest fall out. */
export function keepRecent<T>(list: readonly T[], entry: T): readonly T[] {
  return [...list, entry].slice(-keptPrivate);
}
