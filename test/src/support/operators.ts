import type { KeyObject } from "node:crypto";

import { ValidatorKeychain } from "../../../src/keys/derivation.ts";
import { LOCAL } from "../../../src/consensus/network.ts";
import { withdrawalCredentials } from "../../../src/consensus/withdrawalCredentials.ts";
import { generateCeremony, type CeremonyRequest, type GeneratedCeremony } from "../../../src/ceremony/generate.ts";
import {
  generateOperatorKey,
  parseOperatorPrivateKey,
  parseOperatorPublicKey,
  type OperatorKeyPair,
} from "../../../src/ssv/operatorKey.ts";
import { parseEtherAsGwei } from "../../../src/units/ether.ts";

/** An address that owns registrations in tests, EIP-55. */
export const OWNER = "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed";
/** Another address. */
export const OTHER_OWNER = "0xfB6916095ca1df60bB79Ce92cE3Ea74c37c5d359";

const keyPairs: OperatorKeyPair[] = [];

/** An operator with its RSA keys, parsed. */
export interface TestOperator {
  readonly id: bigint;
  readonly operatorKey: string;
  readonly key: KeyObject;
  readonly privateKey: KeyObject;
}

/** Operators with these ids. Generating RSA keys is slow, so the fifth operator shares the first one's. */
export function testOperators(ids: readonly bigint[]): TestOperator[] {
  while (keyPairs.length < 4) keyPairs.push(generateOperatorKey());
  return ids.map((id, i) => {
    const { publicKey, privateKey } = keyPairs[i % 4] ?? generateOperatorKey();
    const key = parseOperatorPublicKey(publicKey);
    return { id, operatorKey: publicKey, key, privateKey: parseOperatorPrivateKey(privateKey) };
  });
}

/** A ceremony for four operators, with whatever differs from the usual. */
export function testCeremony(fields: Partial<CeremonyRequest> = {}): GeneratedCeremony {
  const request: CeremonyRequest = {
    keychain: new ValidatorKeychain(new Uint8Array(32).fill(7)),
    firstKeyIndex: 0,
    count: 5,
    operators: testOperators([3n, 5n, 8n, 13n]).map(({ id, operatorKey }) => ({ id, operatorKey })),
    owner: OWNER,
    firstNonce: 11n,
    withdrawalCredentials: withdrawalCredentials(OTHER_OWNER, "0x01"),
    amount: parseEtherAsGwei("32"),
    network: LOCAL,
    ...fields,
  };
  return generateCeremony(request, "2026-01-01T00:00:00.000Z");
}
