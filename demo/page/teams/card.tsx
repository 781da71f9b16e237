import type { Action } from "adaptivecards";
import type { JSX } from "react";
import { useLayoutEffect, useRef, useState } from "react";
import { ActionMenu } from "./action-menu.tsx";
import type { Pressed } from "./draw-card.ts";
import { drawCard, mentionsOf, openLink, pressedIn } from "./draw-card.ts";

type Menu = { readonly actions: readonly Action[]; readonly opener: HTMLElement };

type Props = { card: object; press: (pressed: Pressed) => Promise<void> };

/** An Adaptive Card in a message. The pressed button turns until its answer has come. */
export function Card({ card, press }: Props): JSX.Element {
  const place = useRef<HTMLDivElement>(null);
  const [menu, setMenu] = useState<Menu>();
  const latest = useRef(press);
  latest.current = press;
  // Each event brings a new world: only other JSON is another card, else a press would lose its button.
  const json = JSON.stringify(card);

  useLayoutEffect(() => {
    if (!place.current) return;
    const source: object = JSON.parse(json);
    drawCard(source, place.current, {
      mentions: mentionsOf(source),
      press: (action) => void send(action, action.renderedElement, latest.current),
      openMenu: (actions, opener) => setMenu({ actions, opener }),
    });
  }, [json]);

  return (
    <div className="teams-card">
      <div ref={place} />
      {menu && (
        <ActionMenu
          actions={menu.actions}
          opener={menu.opener}
          close={() => setMenu(undefined)}
          choose={(action) => void send(action, menu.opener, latest.current)}
        />
      )}
    </div>
  );
}

async function send(action: Action, button: HTMLElement | undefined, press: Props["press"]): Promise<void> {
  const pressed = pressedIn(action);
  if (!pressed) {
    openLink(action);
    return;
  }
  if (button?.getAttribute("aria-busy") === "true") return;
  button?.setAttribute("aria-busy", "true");
  await press(pressed);
  button?.setAttribute("aria-busy", "false");
}
