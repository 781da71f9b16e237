import { Agent as HttpAgent } from "node:http";
import { Agent as HttpsAgent } from "node:https";
import ipaddr from "ipaddr.js";
import { isLoopback } from "../config/address.ts";
import { type Environment, readEnvironment } from "../config/read/environment.ts";
import { proxyVariable } from "../config/read/proxy-variables.ts";
import { remember } from "../remember.ts";
import { isMetadataAddress } from "./address-rules.ts";
import { safeText } from "./safe-text.ts";

// Idle connections are closed after this. So are tunnels that a proxy has not opened by then: before, Node ends no such
// call, whatever its signal says (measured, 24.21).
const idleMs = 5_000;
// Where the platform gives the machine its identity; read by @azure/identity, on addresses of the machine itself.
const identityVariables = ["IDENTITY_ENDPOINT", "MSI_ENDPOINT", "AZURE_POD_IDENTITY_AUTHORITY_HOST"];
// A name that only the cluster knows in which we run.
const ownCluster = "kubernetes.default.svc";

/**
 * The proxy of the environment that a URL is called through; undefined: it is called directly. Without HTTPS_PROXY
 * the one of HTTP_PROXY serves https too, as for Azure's SDKs: plain http never leaves the machine.
 */
export function proxyOf(url: URL, environment: Environment = readEnvironment()): string | undefined {
  const http = proxyVariable(environment, "HTTP_PROXY");
  const proxy = url.protocol === "https:" ? (proxyVariable(environment, "HTTPS_PROXY") ?? http) : http;
  if (proxy === undefined || staysHere(url, environment)) return undefined;
  const exempt = (proxyVariable(environment, "NO_PROXY") ?? "").toLowerCase().split(/[\s,]+/);
  return exempt.some((entry) => entry === "*" || isMeant(entry, url)) ? undefined : proxy;
}

/** Gives the agent for calls of a URL, which goes through its proxy; with `keepAlive` connections are used again. */
export function createAgents({ keepAlive }: { readonly keepAlive: boolean }): (url: URL) => HttpAgent {
  // Node's own support, for one proxy without exceptions. Its fetch is not used: when a proxy cuts the connection it
  // tries again at once and for ever (measured, 24.21: a million times in ten minutes).
  const agentOf = remember(10, (key) => {
    const [protocol, proxy = ""] = key.split(" ");
    const options = { keepAlive, timeout: idleMs, proxyEnv: { https_proxy: proxy, http_proxy: proxy } };
    return protocol === "https:" ? new HttpsAgent(options) : new HttpAgent(options);
  });
  return (url) => agentOf(`${url.protocol} ${proxyOf(url) ?? ""}`);
}

/** Why a proxy did not lead a call to its end; undefined: that is not what failed. Nothing has left, if it is. */
export function proxyRefusal(error: unknown): string | undefined {
  // Node leaves the password out of its message.
  const isOne = error instanceof Error && "code" in error && error.code === "ERR_PROXY_TUNNEL";
  return isOne ? safeText(error.message) : undefined;
}

function hostOf(url: URL): string {
  return url.hostname.replace(/^\[|\]$/g, "").replace(/\.$/, "");
}

/** Whether a URL is of this machine, or gives it its identity: no proxy leads there, or may be told. */
function staysHere(url: URL, environment: Environment): boolean {
  const host = hostOf(url);
  if (isLoopback(url.hostname) || host === ownCluster || isMetadataAddress(host)) return true;
  return identityVariables.some((name) => URL.parse(environment[name] ?? "")?.host === url.host);
}

/**
 * Whether an entry of NO_PROXY means the URL, as Go reads it: a name stands for itself and all below it, with or without
 * a dot or `*.` before it; an address or a range (10.0.0.0/8) for hosts that are addresses; a port at its end for that
 * port; `*` for everything.
 */
function isMeant(entry: string, url: URL): boolean {
  const host = hostOf(url);
  const isAddress = ipaddr.isValid(host);
  if (ipaddr.isValidCIDR(entry)) return isAddress && isWithin(ipaddr.process(host), entry);
  const [, before = "", port] = ipaddr.isValid(entry)
    ? ["", entry]
    : (/^(.*?)(?::(\d+))?$/.exec(entry) ?? []);
  const ownPort = url.port || (url.protocol === "https:" ? "443" : "80");
  if (port !== undefined && port !== ownPort) return false;
  const name = before.replace(/^\[|\]$|^\*?\.|\.$/g, "");
  if (isAddress) return ipaddr.isValid(name) && sameAddress(name, host);
  return name !== "" && (host === name || host.endsWith(`.${name}`));
}

function isWithin(address: ipaddr.IPv4 | ipaddr.IPv6, range: string): boolean {
  const [base, bits] = ipaddr.parseCIDR(range);
  return address.kind() === base.kind() && address.match(base, bits);
}

function sameAddress(one: string, other: string): boolean {
  return ipaddr.process(one).toString() === ipaddr.process(other).toString();
}
