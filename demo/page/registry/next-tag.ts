/** The tag after this one: its last number counts up ("1.4.2" → "1.4.3", "v2-rc9" → "v2-rc10"). A tag without a
 * number, as "latest", stays. */
export function nextTag(tag: string): string {
  return tag.replace(/\d+(?=\D*$)/, (digits) => {
    const next = String(BigInt(digits) + 1n);
    return next.padStart(digits.length, "0");
  });
}

/** The first tag from `tag` on that is not taken; `tag` itself when it cannot count up. */
export function freeTag(tag: string, taken: ReadonlySet<string>): string {
  let free = tag;
  while (taken.has(free) && nextTag(free) !== free) free = nextTag(free);
  return free;
}

const byNumbers = new Intl.Collator("en", { numeric: true });

/** The highest tag that carries a version number, environment tags such as `staging` aside. */
export function newestTag(tags: Readonly<Record<string, string>>): string | undefined {
  return Object.keys(tags)
    .filter((tag) => /\d/.test(tag))
    .sort(byNumbers.compare)
    .at(-1);
}
