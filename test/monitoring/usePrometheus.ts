import type { Context } from "mocha";

import { findPrometheus, type PrometheusPrograms } from "../../scripts/monitoring/prometheusPrograms.ts";

/** Gets Prometheus for a test or hook, which is skipped, with the reason, where it cannot be had. */
export async function prometheusFor(test: Context): Promise<PrometheusPrograms> {
  const programs = await findPrometheus((reason) => {
    console.log(`      skipped: ${reason}`);
  });
  return programs ?? test.skip();
}

/** Gets Prometheus for a block of tests, which is skipped, with the reason, where it cannot be had. */
export function usePrometheus(): () => PrometheusPrograms {
  let programs: PrometheusPrograms | undefined;
  before(async function () {
    programs = await prometheusFor(this);
  });
  return () => {
    if (programs === undefined) throw new Error("ask for it in a test");
    return programs;
  };
}
