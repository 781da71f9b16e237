import type { JSX, KeyboardEvent } from "react";
import { useEffect, useRef, useState } from "react";
import { Avatar } from "./avatar.tsx";
import type { Person } from "./persons.ts";

type Props = {
  persons: readonly Person[];
  chosen: Person;
  choose: (id: string) => void;
  /** Whether it says in which panes somebody acts. */
  withPlatforms: boolean;
};

const rolesOf = ({ roles, note }: Person): string =>
  [roles.length > 0 ? roles.join(" · ") : "no role", note].filter((part) => part !== undefined).join(" · ");

/** Says as whom you look and click, and lets you be somebody else. */
export function UserSwitch({ persons, chosen, choose, withPlatforms }: Props): JSX.Element {
  const [open, setOpen] = useState(false);
  const box = useRef<HTMLDivElement>(null);
  const opener = useRef<HTMLButtonElement>(null);

  useEffect(() => {
    if (!open) return;
    box.current?.querySelector<HTMLElement>("[aria-checked=true]")?.focus();
    const outside = (event: PointerEvent): void => {
      if (event.target instanceof Node && !box.current?.contains(event.target)) setOpen(false);
    };
    document.addEventListener("pointerdown", outside);
    return () => document.removeEventListener("pointerdown", outside);
  }, [open]);

  const shut = (): void => {
    setOpen(false);
    opener.current?.focus();
  };
  const onKey = (event: KeyboardEvent): void => {
    if (event.key === "Escape") shut();
    const step = event.key === "ArrowDown" ? 1 : event.key === "ArrowUp" ? -1 : 0;
    if (step === 0 || !open) return;
    event.preventDefault();
    const items = [...(box.current?.querySelectorAll<HTMLElement>("[role=menuitemradio]") ?? [])];
    const now = items.findIndex((item) => item.matches(":focus"));
    items.at((now + step) % items.length)?.focus();
  };
  return (
    <div className="user-switch" ref={box}>
      <button
        ref={opener}
        type="button"
        className="user-button"
        data-testid="user-switch"
        aria-haspopup="menu"
        aria-expanded={open}
        aria-label={`You are ${chosen.name}, ${rolesOf(chosen)}. Switch user`}
        onClick={() => setOpen(!open)}
      >
        <OnePerson person={chosen} size={30} />
        <span className="chevron" data-open={open} aria-hidden="true" />
      </button>
      {open && (
        <div className="user-menu" role="menu" tabIndex={-1} aria-label="Switch user" onKeyDown={onKey}>
          {persons.map((person) => (
            <button
              key={person.id}
              type="button"
              role="menuitemradio"
              aria-checked={person.id === chosen.id}
              className="user-item"
              data-testid={`user-${person.id}`}
              onClick={() => {
                choose(person.id);
                shut();
              }}
            >
              <OnePerson person={person} size={34} />
              {withPlatforms && <Platforms person={person} />}
            </button>
          ))}
        </div>
      )}
    </div>
  );
}

function OnePerson({ person, size }: { person: Person; size: number }): JSX.Element {
  return (
    <>
      <Avatar id={person.id} name={person.name} size={size} />
      <span className="person">
        <span className="person-name">{person.name}</span>
        <span className="person-roles" data-none={person.roles.length === 0}>
          {rolesOf(person)}
        </span>
      </span>
    </>
  );
}

function Platforms({ person }: { person: Person }): JSX.Element {
  return (
    <span className="person-platforms">
      {person.slack !== undefined && <span data-platform="slack">Slack</span>}
      {person.teams !== undefined && <span data-platform="teams">Teams</span>}
    </span>
  );
}
