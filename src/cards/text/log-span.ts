import { type Text, text } from "../../nouns/text.ts";
import { safeUrl } from "./safe-url.ts";

/** `Log at dev.azure.com`, as a link; nothing for an address that may not be shown. */
export function logSpan(address: string | undefined): Text {
  const url = safeUrl(address ?? "");
  // The other side chose the address: the link shows where it leads.
  return url === undefined ? [] : text({ kind: "link", text: `Log at ${new URL(url).host}`, url });
}
