import type { Finding } from "../read/finding.ts";
import { type ReadFile, whyUnreadable } from "../read/read-file.ts";
import type { ConfigFile } from "../schema/config-schema.ts";

// Some dozens of clusters with their certificates.
const maxKubeconfigBytes = 1_048_576;

/** Warns of kubeconfig files that cannot be read here: they are read at each deploy, and may come later. */
export async function adviseOnKubeconfigs(file: ConfigFile, readFile: ReadFile): Promise<readonly Finding[]> {
  const findings: Finding[] = [];
  for (const [name, target] of Object.entries(file.targets)) {
    const path = target.type === "kubernetes" ? target.cluster.kubeconfig : undefined;
    if (path === undefined) continue;
    try {
      await readFile(path, maxKubeconfigBytes);
    } catch (error) {
      const message = `names a file that ${whyUnreadable(error)}`;
      findings.push({ path: ["targets", name, "cluster", "kubeconfig"], message });
    }
  }
  return findings;
}
