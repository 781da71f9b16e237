import { dirname, resolve } from "node:path";
import { invalidAccess, type OpenCluster, readAccessFile, serverAddress } from "./access.ts";
import { type KubeconfigCluster, type KubeconfigUser, readKubeconfig } from "./kubeconfig.ts";

// A kubeconfig of many clusters has some hundred KiB.
const maxFileCharacters = 2_000_000;

/**
 * Access by a kubeconfig file, read again for each use: a token that is renewed in place is found. What would start a
 * program, or send a token without checking who gets it, is refused with `config-invalid`.
 */
export function createKubeconfigAccess(file: {
  readonly path: string;
  readonly context?: string;
}): OpenCluster {
  return async (signal) => {
    const text = await read(file.path, "the kubeconfig", signal);
    const { context, cluster, user, userName } = readKubeconfig(file.path, text, file.context);
    const problem = problemOf(cluster, user);
    if (problem !== undefined) throw invalidAccess(`The context "${context}" of ${file.path} ${problem}`);
    const near = async (path: string | undefined, what: string) =>
      path === undefined ? undefined : await read(resolve(dirname(file.path), path), what, signal);
    const pem = (data: string | undefined, path: string | undefined, what: string) =>
      data === undefined ? near(path, what) : Buffer.from(data, "base64").toString("utf8");
    const token = user.token ?? (await near(user.tokenFile, "the token"));
    const ca = await pem(cluster["certificate-authority-data"], cluster["certificate-authority"], "the CA");
    const cert = await pem(user["client-certificate-data"], user["client-certificate"], "the certificate");
    const key = await pem(user["client-key-data"], user["client-key"], "the key");
    return {
      server: serverAddress(cluster.server, `The context "${context}" of ${file.path}`),
      who: `the user "${userName}" of the kubeconfig`,
      token: token?.trim(),
      ca,
      serverName: cluster["tls-server-name"],
      clientCertificate: cert === undefined || key === undefined ? undefined : { cert, key },
    };
  };
}

function problemOf(cluster: KubeconfigCluster, user: KubeconfigUser): string | undefined {
  if (user.exec !== undefined && user.exec !== null)
    return "gets its credentials from a program (exec), and the bot starts none. For AKS use cluster.aks; else give the user a token, a tokenFile or a client certificate.";
  if (user["auth-provider"] !== undefined && user["auth-provider"] !== null)
    return "uses an auth-provider, which Kubernetes has dropped. For AKS use cluster.aks; else give the user a token, a tokenFile or a client certificate.";
  if (user.username !== undefined)
    return "uses a password, which Kubernetes has not taken since 1.19. Give the user a token or a client certificate.";
  if (user.as !== undefined)
    return "impersonates somebody. Give the bot a user with just the rights that it needs.";
  if (cluster["insecure-skip-tls-verify"] === true)
    return "skips the check of the server's certificate. Give the cluster its certificate-authority instead.";
  if (cluster["proxy-url"] !== undefined) return "goes through a proxy, which is not supported.";
  const has = (...parts: readonly unknown[]) => parts.some((part) => part !== undefined);
  const hasCertificate = has(user["client-certificate"], user["client-certificate-data"]);
  if (hasCertificate !== has(user["client-key"], user["client-key-data"]))
    return "has a client certificate without its key, or a key without its certificate.";
  return has(user.token, user.tokenFile) || hasCertificate
    ? undefined
    : "has no credentials. Give its user a token, a tokenFile or a client certificate.";
}

async function read(path: string, what: string, signal: AbortSignal): Promise<string> {
  const text = await readAccessFile(path, `The file ${path} (${what}) could not be read.`, signal);
  if (text.length <= maxFileCharacters) return text;
  throw invalidAccess(`The file ${path} (${what}) is too large.`);
}
