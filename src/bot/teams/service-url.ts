const longest = 500;

/** Whether requests with the bot's token may go there: https, or http on this machine (a simulated Teams). */
export function isSafeServiceUrl(address: string): boolean {
  if (address.length > longest || !URL.canParse(address)) return false;
  const { protocol, hostname, username, password } = new URL(address);
  if (username !== "" || password !== "") return false;
  return protocol === "https:" || (protocol === "http:" && isLoopback(hostname));
}

function isLoopback(hostname: string): boolean {
  // URL has normalised every other way to write an IPv4 address.
  return hostname === "localhost" || hostname === "[::1]" || /^127\.\d+\.\d+\.\d+$/.test(hostname);
}
