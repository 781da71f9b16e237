import type { RefObject } from "react";
import { useLayoutEffect, useRef } from "react";

const nearPx = 80;

/** Keeps a scrolling box at its end: when `channel` or the newest entry changes, and while its content grows for
 * somebody who already looks at the end. */
export function useNewestInView(channel: string, newest: string): RefObject<HTMLDivElement> {
  const box = useRef<HTMLDivElement>(null);
  const atEnd = useRef(true);

  useLayoutEffect(() => {
    const scroller = box.current;
    const content = scroller?.firstElementChild;
    if (!scroller || !content) return;
    const toEnd = (): void => {
      scroller.scrollTop = scroller.scrollHeight;
    };
    let before = scroller.scrollTop;
    // Content that grew before this is told of leaves the end too, but only a person scrolls up.
    const noticed = (): void => {
      const { scrollTop, scrollHeight, clientHeight } = scroller;
      if (scrollHeight - scrollTop - clientHeight < nearPx) atEnd.current = true;
      else if (scrollTop < before) atEnd.current = false;
      before = scrollTop;
    };
    const grown = new ResizeObserver(() => {
      if (atEnd.current) toEnd();
    });
    grown.observe(content);
    grown.observe(scroller);
    scroller.addEventListener("scroll", noticed, { passive: true });
    return () => {
      grown.disconnect();
      scroller.removeEventListener("scroll", noticed);
    };
  }, []);

  const shown = useRef("");
  useLayoutEffect(() => {
    const now = `${channel} ${newest}`;
    if (!box.current || shown.current === now) return;
    shown.current = now;
    atEnd.current = true;
    box.current.scrollTop = box.current.scrollHeight;
  }, [channel, newest]);
  return box;
}
