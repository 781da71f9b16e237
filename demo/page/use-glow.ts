import { useEffect, useRef, useState } from "react";

/** True for a moment after `count` has grown: an edited card glows, as edits notify nobody. */
export function useGlow(count: number): boolean {
  const before = useRef(count);
  const [glows, setGlows] = useState(false);
  useEffect(() => {
    if (count <= before.current) return;
    before.current = count;
    setGlows(true);
    const over = setTimeout(() => setGlows(false), 1600);
    return () => clearTimeout(over);
  }, [count]);
  return glows;
}
