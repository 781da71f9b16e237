import ipaddr from "ipaddr.js";
import { isLoopback } from "../config/address.ts";

/** How far a call may go. `loopback`: an address of this machine that was given as such. */
export type Reach = "public" | "private" | "loopback";

// Where clouds tell a machine its secrets. Most are link-local, which nobody may call; these lie elsewhere.
// Azure's wire server, EC2 and Google by IPv6, Alibaba in the carriers' range.
const metadataAddresses: readonly string[] = [
  "168.63.129.16",
  "fd00:ec2::254",
  "fd20:ce::254",
  "100.100.100.200",
];
const metadataNames: readonly string[] = [
  "metadata",
  "metadata.google.internal",
  "metadata.goog",
  "instance-data",
  "instance-data.ec2.internal",
];
// App Service and Container Apps give tokens at /msi/token of a loopback port, Azure Arc below /metadata of port 40342.
const identityPaths = /^\/+(?:msi\/|metadata\/(?:identity|instance))/i;

/** Ranges of ipaddr.js that a network of one's own may use. */
const privateRanges: readonly string[] = ["private", "uniqueLocal", "loopback", "carrierGradeNat"];

/** How far a call to this URL may go: `private` only if its owner allows it. */
export function reachOf(url: URL, privateNetwork: boolean): Reach {
  if (isLoopback(url.hostname)) return "loopback";
  return privateNetwork ? "private" : "public";
}

/** Says why an address must not be called before any name is looked up, or undefined. Quotes no more than its host. */
export function urlRefusal(url: URL): string | undefined {
  const name = url.hostname.toLowerCase().replace(/\.$/, "");
  if (url.username !== "" || url.password !== "") return `the address on ${name} holds a user or a password`;
  if (url.protocol !== "https:" && !(url.protocol === "http:" && isLoopback(url.hostname))) {
    return `${url.protocol}//${name} is not https (http is taken only on loopback)`;
  }
  if (metadataNames.includes(name)) return `${name} tells machines their secrets`;
  if (isLoopback(url.hostname) && identityPaths.test(decoded(url.pathname)))
    return `${name} gives out identities there`;
  return undefined;
}

/** Says why a looked-up address must not be connected to, or undefined. */
export function addressRefusal(address: string, reach: Reach): string | undefined {
  if (!ipaddr.isValid(address)) return "it is no address";
  // An IPv4 address in IPv6 clothes (::ffff:a.b.c.d) counts as the IPv4 address.
  const parsed = unwrapped(ipaddr.process(address));
  if (isMetadata(parsed)) return "it tells machines their secrets";
  const range = parsed.range();
  if (reach === "loopback") return range === "loopback" ? undefined : "it is not this machine";
  if (range === "unicast") return undefined;
  if (!privateRanges.includes(range)) return `it is not an address of a host (${range})`;
  return reach === "private" ? undefined : `it belongs to a private network (${range})`;
}

/** Whether a host is an address at which a cloud tells a machine its secrets: all link-local ones, and some others. */
export function isMetadataAddress(host: string): boolean {
  if (!ipaddr.isValid(host)) return false;
  const address = unwrapped(ipaddr.process(host));
  return address.range() === "linkLocal" || isMetadata(address);
}

function isMetadata(address: ipaddr.IPv4 | ipaddr.IPv6): boolean {
  return metadataAddresses.some((known) => ipaddr.process(known).toString() === address.toString());
}

// Networks with IPv6 only reach IPv4 by addresses that hold it in their last 32 bits (RFC 6052, 64:ff9b::/96).
function unwrapped(address: ipaddr.IPv4 | ipaddr.IPv6): ipaddr.IPv4 | ipaddr.IPv6 {
  if (address.range() !== "rfc6052") return address;
  return new ipaddr.IPv4(address.toByteArray().slice(-4));
}

function decoded(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    // What does not decode is looked at as it is.
    return path;
  }
}
