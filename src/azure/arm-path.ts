/** The path of an ARM id; throws a RangeError for what is none. */
export function armPath(resourceId: string): string {
  const parts = resourceId.split("/").filter(Boolean);
  if (parts[0]?.toLowerCase() !== "subscriptions" || parts.some((part) => part === "." || part === ".."))
    throw new RangeError("not an ARM id");
  return `/${parts.map(encodeURIComponent).join("/")}`;
}
