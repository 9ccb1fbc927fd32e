import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, relative, resolve } from "node:path";

import type { NewTaskActionFunction } from "hardhat/types/tasks";

import { FORKS, PRESETS, YIELDING_SLOT_SECONDS } from "../../devnet/chainOptions.ts";
import { Devnet } from "../../devnet/supervisor/devnet.ts";
import { DevnetFolder, type ChainSettings } from "../../devnet/supervisor/folder.ts";
import { deployToDevnet, recordDevnet } from "../commands/devnetPool.ts";
import { InputError, parseChoice, parseCount } from "../input.ts";
import { toJson, toText, type PrintableRecord } from "../output.ts";
import { runTask } from "../runner.ts";
import { untilSignal } from "../untilSignal.ts";

interface UpArguments {
  readonly json: boolean;
  readonly data: string | undefined;
  readonly preset: string;
  readonly fork: string;
  readonly slotSeconds: string | undefined;
  readonly unbounded: boolean;
  readonly foreign: string;
  readonly port: string;
  readonly beaconPort: string;
  readonly logLevel: string;
}

const MAX_PORT = 65_535;
const MAX_SLOT_SECONDS = 3_600;
const FOREIGN = { least: 16, most: 1_000 };
const LOG_LEVELS = ["debug", "info", "warn", "error"] as const;

const action: NewTaskActionFunction<UpArguments> = (args, hre) =>
  runTask(hre, args, async (terminal) => {
    const settings = parseSettings(args);
    const rpcPort = parseCount(args.port, "port", 0, MAX_PORT);
    const beaconPort = parseCount(args.beaconPort, "beaconPort", 0, MAX_PORT);
    const logLevel = parseChoice(args.logLevel, "logLevel", LOG_LEVELS);
    const temporary = args.data === undefined ? mkdtempSync(join(tmpdir(), "pooleth-devnet-")) : undefined;
    const folder = new DevnetFolder(resolve(temporary ?? args.data ?? ""));
    try {
      const devnet = await Devnet.start({
        folder,
        settings,
        pace: paceOf(args),
        rpcPort,
        beaconPort,
        logLevel,
        deploy: (chain) => {
          terminal.note("deploying a pool on a new chain …");
          return deployToDevnet(hre, chain);
        },
        note: (line) => {
          terminal.note(line);
        },
      });
      const record = relative(process.cwd(), recordDevnet(devnet.rpcUrl, devnet.pool));
      const started = { record, ...(await devnet.status()), addresses: devnet.pool.addresses } as PrintableRecord;
      terminal.print(args.json ? toJson(started) : toText(started));
      terminal.note("ready: ends on Ctrl-C or `devnet stop`");
      const failure = devnet.ended.then((error) => error?.message ?? "asked to");
      const reason = await untilSignal(failure);
      await devnet.stopped();
      terminal.note(`stopped: ${reason}`);
      const error = await devnet.ended;
      if (error !== undefined) throw error;
      return undefined;
    } finally {
      if (temporary !== undefined) rmSync(temporary, { recursive: true, force: true });
    }
  });

export default action;

function parseSettings(args: UpArguments): ChainSettings {
  const preset = parseChoice(args.preset, "preset", PRESETS);
  const { slotSeconds } = args;
  return {
    preset,
    fork: parseChoice(args.fork, "fork", FORKS),
    secondsPerSlot:
      slotSeconds === undefined
        ? YIELDING_SLOT_SECONDS[preset]
        : parseCount(slotSeconds, "slotSeconds", 1, MAX_SLOT_SECONDS),
    genesisTime: Math.floor(Date.now() / 1_000),
    foreignValidators: parseCount(args.foreign, "foreign", FOREIGN.least, FOREIGN.most),
  };
}

function paceOf({ slotSeconds, unbounded }: UpArguments): "virtual" | "unbounded" | "real" {
  if (slotSeconds === undefined) return unbounded ? "unbounded" : "virtual";
  if (!unbounded) return "real";
  throw new InputError("unbounded", "true", "cannot be had with slotSeconds", "leave one of the two out");
}
