import { type Finding, ofValue, type Tree } from "../read/finding.ts";
import { type ReadFile, whyUnreadable } from "../read/read-file.ts";
import { textAt } from "../read/tree.ts";
import type { ConfigFile } from "../schema/config-schema.ts";
import { formOf } from "../targets/target-forms.ts";

// A chain of certificates with its key has a few KiB.
const maxPemBytes = 65_536;

/** Whether the certificate of the Teams app can be read and holds what it must. Says nothing of what is in it. */
export async function checkCertificate({ value }: Tree, readFile: ReadFile): Promise<readonly Finding[]> {
  const path = ["teams", "certificate"];
  const file = textAt(value, path);
  if (file === undefined || file === "" || textAt(value, ["teams", "auth"]) !== "certificate") return [];
  return ofValue(path, await certificateProblem(file, readFile));
}

async function certificateProblem(file: string, readFile: ReadFile): Promise<string | undefined> {
  try {
    const text = await readFile(file, maxPemBytes);
    const lacking = ["CERTIFICATE", "PRIVATE KEY"].filter(
      (label) => !new RegExp(`-----BEGIN [A-Z ]*${label}-----`).test(text),
    );
    if (lacking.length === 0) return undefined;
    return `names a file without ${lacking.join(" and ")}; must be a PEM file with certificate and key`;
  } catch (error) {
    return `names a file that ${whyUnreadable(error)}`;
  }
}

// A kubeconfig of some dozens of clusters with their certificates.
const maxTargetFileBytes = 1_048_576;

/** Warns of files of targets that cannot be read here: they are read at each deploy, and may come later. */
export async function adviseOnFiles(file: ConfigFile, readFile: ReadFile): Promise<readonly Finding[]> {
  const files = Object.entries(file.targets).flatMap(([name, target]) =>
    formOf(target.type)
      .files(target)
      .map((one) => ({ ...one, path: ["targets", name, ...one.path] })),
  );
  const findings: Finding[] = [];
  for (const { path, file: name } of files) {
    try {
      await readFile(name, maxTargetFileBytes);
    } catch (error) {
      findings.push({ path, message: `names a file that ${whyUnreadable(error)}` });
    }
  }
  return findings;
}
