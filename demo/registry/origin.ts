const loopback = /^(?:127\.0\.0\.1|localhost)(?::\d{1,5})?$/i;

/** The host name by which the registry was meant: its login server, or a regional or other name of it that the client used. */
export function registryHost(host: string, loginServer: string): string {
  const [shortName = "", ...rest] = loginServer.split(".");
  const suffix = rest.join(".");
  const given = host.toLowerCase();
  const isOwn =
    (given.startsWith(`${shortName}.`) || given.startsWith(`${shortName}-`)) && given.endsWith(suffix);
  return isOwn && /^[a-z0-9.-]+$/.test(given) ? given : loginServer;
}

/** Where a client that sent this Host header reaches us again: plain http on loopback, else https on the expected host. */
export function originSeenBy(host: string, expectedHost: string): string {
  return loopback.test(host) ? `http://${host}` : `https://${expectedHost}`;
}
