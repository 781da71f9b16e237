/** What a call of the data plane needs; the error of a refused call names the role that gives it. */
export type RegistryRight = "read" | "list-repositories" | "write" | "review";

// Roles of acr-facts 3.7. AcrPull and AcrPush are not honoured on a registry with ABAC, so both names are given.
const roleOfRight: Readonly<Record<RegistryRight, string>> = {
  read: "AcrPull (with ABAC: Container Registry Repository Reader)",
  "list-repositories":
    "AcrPull (with ABAC: Container Registry Repository Reader and Container Registry Repository Catalog Lister)",
  write: "AcrPush (with ABAC: Container Registry Repository Writer)",
  review: "AcrQuarantineWriter",
};

/** The role that an identity lacks, in the words of the Azure portal. */
export function roleFor(right: RegistryRight): string {
  return roleOfRight[right];
}
