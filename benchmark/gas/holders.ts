import { MaxUint256, Signature, ZeroAddress } from "ethers";

import { deployWithHolders, ETHER, gasOf, type BenchmarkSuite, type Figures } from "./suite.ts";

const DEPOSIT = 3n * ETHER;
const SENT = ETHER / 8n;
const DEADLINE = 2n ** 40n;

const PERMIT_TYPES = {
  Permit: [
    { name: "owner", type: "address" },
    { name: "spender", type: "address" },
    { name: "value", type: "uint256" },
    { name: "nonce", type: "uint256" },
    { name: "deadline", type: "uint256" },
  ],
};

/** What stakers and holders pay. "first" is a holder's first time, when his slot is zero before. */
export async function measureHolders(): Promise<Figures> {
  const suite = await deployWithHolders();
  const { newcomer: staker } = suite;
  const [receiver] = suite.holders;
  const poolETH = suite.poolETH.connect(staker);
  const poolManager = suite.poolManager.connect(staker);
  const address = await suite.poolETH.getAddress();

  const figures = {
    "deposit.first": await gasOf(poolETH.deposit(staker.address, ZeroAddress, { value: DEPOSIT })),
    "deposit.repeat": await gasOf(poolETH.deposit(staker.address, ZeroAddress, { value: DEPOSIT })),
    "depositViaManager.repeat": await gasOf(poolManager.deposit(staker.address, ZeroAddress, { value: DEPOSIT })),
    "receive.repeat": await gasOf(staker.sendTransaction({ to: address, value: DEPOSIT })),
    "transfer.existing": await gasOf(poolETH.transfer(receiver.address, SENT)),
    "transferShares.existing": await gasOf(poolETH.transferShares(receiver.address, SENT)),
    "approve.new": await gasOf(poolETH.approve(receiver.address, SENT)),
  };
  await permit(suite, 0n, SENT / 2n);
  const repeated = await permit(suite, 1n, SENT);
  const wrapped = await measureWrapped(suite);
  await suite.chain.close();
  return { ...figures, "permit.repeat": repeated, ...wrapped };
}

/** What holders of the wrapped token pay, who have both tokens before and after. */
async function measureWrapped({ wrappedPoolETH, poolETH, newcomer, holders }: BenchmarkSuite): Promise<Figures> {
  const [receiver] = holders;
  for (const holder of [newcomer, receiver]) {
    await poolETH.connect(holder).approve(wrappedPoolETH, MaxUint256);
    await wrappedPoolETH.connect(holder).deposit(SENT, holder);
  }
  const wrapped = wrappedPoolETH.connect(newcomer);
  return {
    "wrap.repeat": await gasOf(wrapped.deposit(SENT * 2n, newcomer)),
    "wrapped.transfer": await gasOf(wrapped.transfer(receiver, SENT)),
    "unwrap.repeat": await gasOf(wrapped.redeem(SENT, newcomer, newcomer)),
  };
}

/** Somebody else sends the permit that the staker signed. */
async function permit(suite: BenchmarkSuite, nonce: bigint, value: bigint): Promise<number> {
  const { newcomer: owner, poolETH } = suite;
  const [spender, relayer] = suite.holders;
  const { chainId } = await suite.chain.ethers.provider.getNetwork();
  const domain = { name: "poolETH", version: "1", chainId, verifyingContract: await poolETH.getAddress() };
  const message = { owner: owner.address, spender: spender.address, value, nonce, deadline: DEADLINE };
  const { v, r, s } = Signature.from(await owner.signTypedData(domain, PERMIT_TYPES, message));
  const send = poolETH.connect(relayer)["permit(address,address,uint256,uint256,uint8,bytes32,bytes32)"];
  return gasOf(send(owner.address, spender.address, value, DEADLINE, v, r, s));
}
