import { fileURLToPath } from "node:url";

import type { NewTaskActionFunction } from "hardhat/types/tasks";

import { FORKS, PRESETS, YIELDING_SLOT_SECONDS } from "../../devnet/chainOptions.ts";
import type { ChainSettings } from "../../devnet/supervisor/folder.ts";
import { LEAN } from "../../devnet/processes.ts";
import { become } from "../become.ts";
import { InputError, parseChoice, parseCount } from "../input.ts";
import { runTask } from "../runner.ts";
import type { Supervision } from "./supervision.ts";

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

const SUPERVISE = fileURLToPath(new URL("supervise.ts", import.meta.url));
/** What bounds the memory of the process, in MiB. */
const NODE_FLAGS = [
  ...["--max-semi-space-size=1", "--max-old-space-size=64", "--optimize-for-size", "--no-opt", "--no-maglev"],
  "--disable-warning=ExperimentalWarning",
];

const action: NewTaskActionFunction<UpArguments> = (args, hre) =>
  runTask(hre, args, async () => {
    const supervision: Supervision = {
      isJson: args.json,
      data: args.data,
      settings: parseSettings(args),
      pace: paceOf(args),
      rpcPort: parseCount(args.port, "port", 0, MAX_PORT),
      beaconPort: parseCount(args.beaconPort, "beaconPort", 0, MAX_PORT),
      logLevel: parseChoice(args.logLevel, "logLevel", LOG_LEVELS),
    };
    await become([...NODE_FLAGS, SUPERVISE, JSON.stringify(supervision)], LEAN);
    return undefined;
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
