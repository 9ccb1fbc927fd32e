// Loaded into the execution client before it starts. A payload that is asked for again, as by a beacon node that died
// after it had got it, comes without the requests of its block (EIP-7685), and the block can never be made.
import { PendingBlock } from "@ethereumjs/client/dist/esm/src/miner/pendingBlock.js";

type Built = Exclude<Awaited<ReturnType<PendingBlock["build"]>>, void>;

const builder = PendingBlock.prototype;
// eslint-disable-next-line @typescript-eslint/unbound-method -- it is called with the builder that it is for
const { build } = builder;
/** Requests by the blocks that make them. */
const requestsOf = new WeakMap<object, Built[4]>();

builder.build = async function (this: PendingBlock, payloadId): Promise<Built | undefined> {
  const built = await build.call(this, payloadId);
  if (!Array.isArray(built)) return undefined;
  const [block, , , , requests = requestsOf.get(block)] = built;
  if (requests === undefined) return built;
  requestsOf.set(block, requests);
  built[4] = requests;
  return built;
};
