/**
 * The region's name as Azure writes it in resources (`westus`), from a query parameter or Event Grid's `location`;
 * empty when there is none, or when the text cannot be one. `West US` is taken as `westus`.
 */
export function readRegion(value: unknown): string {
  const first: unknown = Array.isArray(value) ? value[0] : value;
  if (typeof first !== "string" || first.length > 80) return "";
  const region = first.toLowerCase().replaceAll(" ", "");
  return /^[a-z][a-z0-9]{1,39}$/.test(region) ? region : "";
}
