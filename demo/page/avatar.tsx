import type { JSX } from "react";
import { useContext } from "react";
import { SetupContext } from "./people.tsx";
import { personsOf } from "./persons.ts";

const colours = 6;

function initialsOf(name: string): string {
  const words = name.trim().split(/\s+/);
  const letters = [words[0], words.length > 1 ? words.at(-1) : undefined];
  return letters
    .map((word) => [...(word ?? "")][0] ?? "")
    .join("")
    .toUpperCase();
}

/** Neighbours in the set-up get different colours, and one person the same on both platforms; somebody who is not in
 * it gets the last. */
function useColour(id: string): number {
  const persons = personsOf(useContext(SetupContext)?.users ?? []);
  const place = persons.findIndex(({ slack, teams }) => slack === id || teams === id);
  return place < 0 ? colours - 1 : place % colours;
}

type Props = { id: string; name: string; size: number; round?: boolean };

/** A rounded square, or a circle, with a person's initials, coloured by who they are. Decoration: the name stands
 * beside it. */
export function Avatar({ id, name, size, round }: Props): JSX.Element {
  const colour = useColour(id);
  return (
    <span
      className={`avatar avatar-${colour}`}
      style={{ width: size, height: size, fontSize: size * 0.4, borderRadius: round ? "50%" : size * 0.22 }}
      aria-hidden="true"
    >
      {initialsOf(name)}
    </span>
  );
}

/** The bot's own picture: a crate with a speech tail. */
export function BotAvatar({ size }: { size: number }): JSX.Element {
  return (
    <svg className="avatar-bot" width={size} height={size} viewBox="0 0 36 36" aria-hidden="true">
      <rect width="36" height="36" rx="8" fill="#1f4fa8" />
      <path d="M18 7.5 27.5 12v9.6L18 26.3 8.5 21.6V12z" fill="#fff" />
      <path d="M8.5 12 18 16.6 27.5 12M18 16.6v9.7" fill="none" stroke="#1f4fa8" strokeWidth="1.7" />
      <path d="m13.3 9.7 9.4 4.6v3.4" fill="none" stroke="#1f4fa8" strokeWidth="1.7" />
      <path d="m20.5 25 .6 5.2 4.2-7.5z" fill="#fff" />
    </svg>
  );
}
