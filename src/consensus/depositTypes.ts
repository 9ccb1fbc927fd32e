import { ByteVectorType, ContainerType, UintBigintType } from "@chainsafe/ssz";

const Bytes4 = new ByteVectorType(4);
const Bytes32 = new ByteVectorType(32);
const Bytes48 = new ByteVectorType(48);
const Bytes96 = new ByteVectorType(96);
const Uint64 = new UintBigintType(8);

const messageFields = { pubkey: Bytes48, withdrawalCredentials: Bytes32, amount: Uint64 };

/** SSZ `DepositMessage` (consensus-specs, phase0): what a deposit signature signs. */
export const DepositMessageType = new ContainerType(messageFields, { typeName: "DepositMessage", jsonCase: "eth2" });

/** SSZ `DepositData` (consensus-specs, phase0): what the deposit contract hashes. */
export const DepositDataType = new ContainerType(
  { ...messageFields, signature: Bytes96 },
  { typeName: "DepositData", jsonCase: "eth2" },
);

/** SSZ `ForkData` (consensus-specs, phase0). */
export const ForkDataType = new ContainerType(
  { currentVersion: Bytes4, genesisValidatorsRoot: Bytes32 },
  { typeName: "ForkData", jsonCase: "eth2" },
);

/** SSZ `SigningData` (consensus-specs, phase0). */
export const SigningDataType = new ContainerType(
  { objectRoot: Bytes32, domain: Bytes32 },
  { typeName: "SigningData", jsonCase: "eth2" },
);
