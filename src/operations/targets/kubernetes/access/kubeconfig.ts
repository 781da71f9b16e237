import { z } from "zod";
import { readYaml } from "../../../../config/read/yaml-source.ts";
import { invalidAccess } from "./access.ts";

const Text = z.string().max(1_000_000);
const Cluster = z.object({
  server: Text,
  "certificate-authority": Text.optional(),
  "certificate-authority-data": Text.optional(),
  "insecure-skip-tls-verify": z.boolean().optional(),
  "tls-server-name": Text.optional(),
  "proxy-url": Text.optional(),
});
const User = z.object({
  token: Text.optional(),
  tokenFile: Text.optional(),
  "client-certificate": Text.optional(),
  "client-certificate-data": Text.optional(),
  "client-key": Text.optional(),
  "client-key-data": Text.optional(),
  username: Text.optional(),
  as: Text.optional(),
  exec: z.unknown().optional(),
  "auth-provider": z.unknown().optional(),
});
// kubectl writes null for lists that are empty (client-go's clientcmd/api/v1).
const list = <Item extends z.ZodType>(item: Item) => z.array(item).max(500).nullish();
const Kubeconfig = z.object({
  "current-context": Text.nullish(),
  clusters: list(z.object({ name: Text, cluster: Cluster })),
  contexts: list(z.object({ name: Text, context: z.object({ cluster: Text, user: Text.nullish() }) })),
  users: list(z.object({ name: Text, user: User.nullish() })),
});

export type KubeconfigCluster = z.infer<typeof Cluster>;
export type KubeconfigUser = z.infer<typeof User>;

/**
 * The wanted context of a kubeconfig, its current one by default; `where` names the file in messages. Throws
 * `config-invalid`, quoting nothing but names.
 */
export function readKubeconfig(where: string, text: string, wanted?: string) {
  const source = readYaml(where, text);
  const parsed = source.problems.length > 0 ? undefined : Kubeconfig.safeParse(source.value).data;
  if (parsed === undefined) throw invalidAccess(`${where} is not a kubeconfig.`);
  const name = wanted ?? parsed["current-context"] ?? "";
  const contexts = parsed.contexts ?? [];
  const context = contexts.find((one) => one.name === name)?.context;
  if (context === undefined) {
    const names = contexts.map((one) => one.name).slice(0, 20);
    const missing = name === "" ? "names no current context" : `has no context "${name}"`;
    throw invalidAccess(
      `${where} ${missing}. Set cluster.context to one of: ${names.join(", ") || "(none)"}.`,
    );
  }
  const cluster = parsed.clusters?.find((one) => one.name === context.cluster)?.cluster;
  if (cluster === undefined) throw invalidAccess(`${where} has no cluster "${context.cluster}".`);
  const userName = context.user ?? "";
  const user: KubeconfigUser = parsed.users?.find((one) => one.name === userName)?.user ?? {};
  return { context: name, cluster, userName, user };
}
