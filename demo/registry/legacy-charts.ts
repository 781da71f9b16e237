import { createHash } from "node:crypto";
import { RegistryError } from "./registry-error.ts";
import type { ChartFact, RegistryFact } from "./registry-fact.ts";
import { buildLayer } from "./tar-layer.ts";

/** A chart of the legacy Helm repositories. */
export type Chart = { readonly repository: string; readonly name: string; readonly version: string };

const chartBytes = 25 * 1024;
const maxCharts = 1_000;

/** Charts as `az acr helm` stored them, only for the events that they raise; the feature itself is retired. */
export function createLegacyCharts(emit: (fact: RegistryFact) => void, seed: string) {
  const charts = new Map<string, ChartFact>();
  return {
    /** Packs a chart and tells `chart_push`; gives the digest of its package. */
    push(chart: Chart): string {
      if (charts.size >= maxCharts) charts.clear();
      const { bytes } = buildLayer(`${chart.name}/Chart.yaml`, `${seed} chart ${keyOf(chart)}`, chartBytes);
      const digest = `sha256:${createHash("sha256").update(bytes).digest("hex")}`;
      const fact: ChartFact = { action: "chart_push", ...chart, digest, size: bytes.length };
      charts.set(keyOf(chart), fact);
      emit(fact);
      return digest;
    },
    /** Forgets the chart and tells `chart_delete`. */
    remove(chart: Chart): void {
      const fact = charts.get(keyOf(chart));
      if (fact === undefined) throw new RegistryError(404, "CHART_UNKNOWN", "no such chart");
      charts.delete(keyOf(chart));
      emit({ ...fact, action: "chart_delete" });
    },
  };
}

function keyOf({ repository, name, version }: Chart): string {
  return JSON.stringify([repository, name, version]);
}
