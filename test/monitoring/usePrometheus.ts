import { findPrometheus, type PrometheusPrograms } from "../../scripts/monitoring/prometheusPrograms.ts";

/** Gets Prometheus for a block of tests, which is skipped, with the reason, where it cannot be had. */
export function usePrometheus(): () => PrometheusPrograms {
  let programs: PrometheusPrograms | undefined;
  before(async function () {
    programs = await findPrometheus((reason) => {
      console.log(`      skipped: ${reason}`);
    });
    if (programs === undefined) this.skip();
  });
  return () => {
    if (programs === undefined) throw new Error("ask for it in a test");
    return programs;
  };
}
