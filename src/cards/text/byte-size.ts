const units = ["kB", "MB", "GB", "TB"] as const;

/** A number of bytes in powers of 1000, as docker shows it: `524 B`, `31.2 MB`. */
export function byteSize(bytes: number): string {
  let size = Math.abs(bytes);
  let unit = "B";
  for (const next of units) {
    if (size < 1000) break;
    size /= 1000;
    unit = next;
  }
  const sign = bytes < 0 ? "−" : "";
  return `${sign}${unit === "B" || size >= 100 ? Math.round(size) : size.toFixed(1)} ${unit}`;
}

/** `+1.2 MB`, `−300 kB` or `same size`. */
export function sizeChange(before: number, after: number): string {
  if (before === after) return "same size";
  return `${after > before ? "+" : ""}${byteSize(after - before)}`;
}
