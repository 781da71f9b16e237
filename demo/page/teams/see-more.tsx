import type { JSX, ReactNode } from "react";
import { useLayoutEffect, useRef, useState } from "react";

// Higher than any card of one image, so that its buttons are never cut off.
const foldedPx = 640;

/** Cuts off what is very long behind "See more". */
export function SeeMore({ children }: { children: ReactNode }): JSX.Element {
  const content = useRef<HTMLDivElement>(null);
  const [isLong, setLong] = useState(false);
  const [open, setOpen] = useState(false);
  useLayoutEffect(() => {
    const box = content.current;
    if (!box) return;
    const measured = new ResizeObserver(() => setLong(box.offsetHeight > foldedPx));
    measured.observe(box);
    return () => measured.disconnect();
  }, []);
  const folded = isLong && !open;
  return (
    <>
      <div className="teams-fold" data-folded={folded} style={folded ? { maxHeight: foldedPx } : {}}>
        <div ref={content}>{children}</div>
      </div>
      {isLong && (
        <button type="button" className="teams-more" aria-expanded={open} onClick={() => setOpen(!open)}>
          {open ? "See less" : "See more"}
        </button>
      )}
    </>
  );
}
