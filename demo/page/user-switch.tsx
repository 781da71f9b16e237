import type { JSX, KeyboardEvent } from "react";
import { useEffect, useRef, useState } from "react";
import { Avatar } from "./avatar.tsx";
import type { User } from "./world.ts";

type Props = { users: readonly User[]; chosen: User; choose: (id: string) => void };

const rolesOf = (user: User): string => (user.roles.length > 0 ? user.roles.join(" · ") : "no role");

/** Says as whom you look and click, and lets you be somebody else. */
export function UserSwitch({ users, chosen, choose }: Props): JSX.Element {
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
        <Person user={chosen} size={30} />
        <span className="chevron" data-open={open} aria-hidden="true" />
      </button>
      {open && (
        <div className="user-menu" role="menu" tabIndex={-1} aria-label="Switch user" onKeyDown={onKey}>
          {users.map((user) => (
            <button
              key={user.id}
              type="button"
              role="menuitemradio"
              aria-checked={user.id === chosen.id}
              className="user-item"
              data-testid={`user-${user.id}`}
              onClick={() => {
                choose(user.id);
                shut();
              }}
            >
              <Person user={user} size={34} />
            </button>
          ))}
        </div>
      )}
    </div>
  );
}

function Person({ user, size }: { user: User; size: number }): JSX.Element {
  return (
    <>
      <Avatar id={user.id} name={user.name} size={size} />
      <span className="person">
        <span className="person-name">{user.name}</span>
        <span className="person-roles" data-none={user.roles.length === 0}>
          {rolesOf(user)}
        </span>
      </span>
    </>
  );
}
