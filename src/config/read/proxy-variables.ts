import type { Environment } from "./environment.ts";
import type { Problem } from "./problem.ts";

const addressNames = ["HTTPS_PROXY", "HTTP_PROXY"] as const;
type Name = (typeof addressNames)[number] | "NO_PROXY";

/** The value of a variable; written in lower case it goes first, as for curl and Node. */
export function proxyVariable(environment: Environment, name: Name): string | undefined {
  return environment[name.toLowerCase()] || environment[name] || undefined;
}

/** Where the proxies are, without users and passwords; undefined: there is none. */
export function proxyHosts(environment: Environment): Readonly<Record<string, string>> | undefined {
  const hosts = addressNames.flatMap((name) => {
    const url = URL.parse(proxyVariable(environment, name) ?? "");
    return url === null ? [] : [[name, url.host] as const];
  });
  return hosts.length === 0 ? undefined : Object.fromEntries(hosts);
}

/** What is wrong with the addresses of proxies in the environment. Quotes nothing: they may hold a password. */
export function proxyProblems(environment: Environment): readonly Problem[] {
  const wrong = addressNames.flatMap((path): readonly Problem[] => {
    const value = proxyVariable(environment, path);
    if (value === undefined || credentialsOf(value) !== undefined) return [];
    const message =
      "is not the address of a proxy; write http://host:port or https://host:port, with user:password@ before the host if it asks for one, special characters percent-encoded";
    return [{ path, message }];
  });
  // Nothing here goes through it, but Azure's libraries do not even start with one that is no URL.
  const other = environment.ALL_PROXY || environment.all_proxy || "http://unset";
  if (URL.canParse(other)) return wrong;
  return [...wrong, { path: "ALL_PROXY", message: "is not an address; unset it, and set HTTPS_PROXY" }];
}

/** The passwords of proxies, in every form in which they may turn up in a line. */
export function proxySecrets(environment: Environment): readonly string[] {
  return addressNames.flatMap((name) => {
    const {
      user = "",
      password = "",
      written = "",
    } = credentialsOf(proxyVariable(environment, name) ?? "") ?? {};
    const basic = Buffer.from(`${user}:${password}`).toString("base64");
    return password === "" ? [] : [password, written, basic];
  });
}

/** Who a proxy's address says that we are; undefined for what is no such address. */
function credentialsOf(address: string) {
  const url = URL.parse(address);
  if (url === null || !/^https?:\/\//i.test(address) || /[\r\n]/.test(address)) return undefined;
  try {
    const [user, password] = [url.username, url.password].map(decodeURIComponent);
    return { user, password, written: url.password };
  } catch {
    // A percent sign that encodes nothing.
    return undefined;
  }
}
