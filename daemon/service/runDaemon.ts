import type { Logger } from "pino";

import { endsWithin } from "../../clients/deadline.ts";
import { makeFolder } from "../../clients/files.ts";
import type { CommonConfig } from "../config/commonConfig.ts";
import { addBuildMetrics } from "./buildMetrics.ts";
import { connectNodes } from "./connections.ts";
import type { DaemonContext, Worker } from "./context.ts";
import { illness, unreadiness } from "./health.ts";
import { createLogger } from "./logger.ts";
import { DaemonMetrics } from "./metrics.ts";
import { startMonitoring } from "./monitoring.ts";
import { Rounds, type RoundLimits, type RoundsStatus } from "./rounds.ts";
import { openSigner } from "./signer.ts";
import { Termination } from "./termination.ts";

/** Makes the worker of a daemon. */
export type OpenWorker<Config> = (context: DaemonContext<Config>) => Promise<Worker>;

/** How a daemon is run. */
export interface DaemonOptions<Config extends CommonConfig> {
  /** As logs call it. */
  readonly name: string;
  readonly config: Config;
  /** Whether it ends after one round. */
  readonly isOnce: boolean;
  readonly isDryRun: boolean;
  readonly limits?: Partial<RoundLimits>;
}

/** What is closed at the end, the last one first. */
type Closing = (() => Promise<void> | void)[];

const LIMITS = { maxPauseSeconds: 300, roundSeconds: 1_800, stopSeconds: 20 };
const CLOSE_SECONDS = 10;
const STARTING: RoundsStatus = { isHung: false, succeededAt: undefined, failure: undefined };

/**
 * Runs a daemon until a signal, or for one round.
 * @returns The exit code: 1 if it did not start, its only round failed, or a round hung.
 */
export async function runDaemon<Config extends CommonConfig>(
  open: OpenWorker<Config>,
  options: DaemonOptions<Config>,
): Promise<number> {
  const log = createLogger(options.name, options.config.logLevel);
  const termination = new Termination((reason) => {
    log.info({ reason }, "stops");
  });
  const closing: Closing = [];
  try {
    const rounds = await start(open, options, { log, signal: termination.signal, closing });
    if (options.isOnce) return (await rounds.single()) ? 0 : 1;
    await rounds.repeat();
    return 0;
  } catch (error) {
    if (termination.signal.aborted) return 0;
    log.fatal({ err: error }, "ends");
    termination.abort(new Error("ends after a failure"));
    return 1;
  } finally {
    for (const close of closing.reverse()) await closeWithin(close, log);
    termination.ignore();
    log.info("ended");
  }
}

async function start<Config extends CommonConfig>(
  open: OpenWorker<Config>,
  { config, isOnce, isDryRun, limits }: DaemonOptions<Config>,
  { log, signal, closing }: { readonly log: Logger; readonly signal: AbortSignal; readonly closing: Closing },
): Promise<Rounds> {
  const { pollSeconds } = config;
  log.info({ pool: config.pool, isOnce, isDryRun }, "starts");
  makeFolder(config.data, "data", "private");
  const metrics = new DaemonMetrics();
  addBuildMetrics(metrics);
  const progress: { rounds?: Rounds } = {};
  const status = (): RoundsStatus => progress.rounds?.status ?? STARTING;
  const monitored = {
    illness: () => illness(status()),
    unreadiness: () => unreadiness(status(), pollSeconds, Date.now()),
    registry: metrics.registry,
  };
  const server = await startMonitoring(monitored, config.monitoringPort);
  closing.push(() => server.close());
  const { provider, beacons } = await connectNodes(config, metrics, signal);
  closing.push(() => {
    provider.destroy();
  });
  const signer = config.signer === undefined ? undefined : await openSigner(config.signer, provider, log);
  const worker = await open({ config, provider, beacons, signer, log, metrics, signal, isDryRun });
  closing.push(() => worker.close());
  progress.rounds = new Rounds(worker, { ...LIMITS, pollSeconds, ...limits }, { log, signal, metrics });
  const account = await signer?.getAddress();
  log.info({ monitoringPort: server.port, account }, "ready");
  return progress.rounds;
}

/** What cannot be closed in time is left to the end of the process. */
async function closeWithin(close: () => Promise<void> | void, log: Logger): Promise<void> {
  try {
    if (!(await endsWithin(1_000 * CLOSE_SECONDS, Promise.resolve(close()))))
      throw new Error(`not closed within ${CLOSE_SECONDS} seconds`);
  } catch (error) {
    log.error({ err: error }, "close failed");
  }
}
