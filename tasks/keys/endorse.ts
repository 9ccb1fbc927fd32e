import type { NewTaskActionFunction } from "hardhat/types/tasks";

import { readText } from "../../clients/files.ts";
import { parseOwnerMessage } from "../../src/ssv/ownerSignature.ts";
import { fromHex, toHex, type Hex } from "../../src/units/hex.ts";
import type { ReadArguments } from "../arguments.ts";
import { endorse, findEndorser, wrapSignature } from "../commands/endorse.ts";
import { connectNetwork, openPool } from "../connect.ts";
import { InputError, parseAddress, requireOption } from "../input.ts";
import { runTask } from "../runner.ts";
import { parseVariableName, readWallet } from "../variables.ts";

interface EndorseArguments extends ReadArguments {
  readonly yes: boolean;
  readonly file: string | undefined;
  readonly message: string | undefined;
  readonly signer: string | undefined;
  readonly from: string | undefined;
  readonly signature: string | undefined;
  readonly signerAddress: string | undefined;
}

const action: NewTaskActionFunction<EndorseArguments> = (args, hre) =>
  runTask(hre, args, async (terminal) => {
    refuseTwo(args, ["file", "message"], "give the file or its digits");
    refuseTwo(args, ["signer", "from", "signature"], "give one of them, or none for an account of the network");
    const message = readMessage(args);
    if (args.signature !== undefined || args.signerAddress !== undefined) {
      const remedy = "give both: --signature with the signature, --signer-address with the account that made it";
      const signature = toHex(fromHex(requireOption(args.signature, "signature", remedy), "signature"));
      const signer = parseAddress(requireOption(args.signerAddress, "signerAddress", remedy), "signerAddress");
      return wrapSignature(await openPool(await connectNetwork(hre, true), args.pool), { message, signer, signature });
    }
    if (args.signer !== undefined) {
      const name = parseVariableName(args.signer, "signer", "OPERATOR_KEY");
      const signer = await readWallet(hre, "signer", name);
      const opened = await openPool(await connectNetwork(hre, true), args.pool);
      return endorse(opened, { message, signer, field: `signer: ${name}` }, args, terminal);
    }
    const opened = await openPool(await connectNetwork(hre), args.pool);
    const signer = await findEndorser(opened, args.from);
    return endorse(opened, { message, signer, field: "from" }, args, terminal);
  });

export default action;

function readMessage({ file, message }: EndorseArguments): Hex {
  if (message !== undefined) return parseOwnerMessage(message, "message");
  const path = requireOption(file, "file", "name the resign.txt or reshare.txt that ssv-dkg wrote, or give --message");
  return parseOwnerMessage(readText(path, "file"), path);
}

/** Refuses options of which only one can be meant. */
function refuseTwo(args: EndorseArguments, names: (keyof EndorseArguments)[], remedy: string): void {
  const given = names.filter((name) => args[name] !== undefined);
  if (given.length > 1) throw new InputError(given.join(" and "), "both", "contradict each other", remedy);
}
