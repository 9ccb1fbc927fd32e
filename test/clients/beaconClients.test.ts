import { ssz } from "@lodestar/types";
import { expect } from "chai";

import { beaconUrl } from "../../clients/beaconHttp.ts";
import { BeaconNode } from "../../clients/beaconNode.ts";
import { observe } from "../../clients/observation.ts";
import { FieldError } from "../../src/units/errors.ts";
import { useBeaconServer, type BeaconAnswer, type BeaconServer } from "../helpers/beaconServer.ts";
import { bytesOf, changeAnswer, jsonOf, packed, sszAnswer, withRows } from "../helpers/changedAnswers.ts";
import { useSuite } from "../helpers/isolation.ts";
import { connectObserved, deployObserved, pendingAt, serveSuite, validatorAt } from "../helpers/observedPool.ts";
import type { ServedState } from "../helpers/servedState.ts";

/** How records are read: the pool's validators by POST, or the whole state as SSZ. */
type Way = "POST" | "SSZ";

const [VALIDATORS, QUEUE, STATE] = ["/validators", "/pending_deposits", "/eth/v2/debug/beacon/states/"];
/** What is answered for the records of each way. */
const RECORDS: Record<Way, string> = { POST: VALIDATORS, SSZ: STATE };
const BOTH: readonly Way[] = ["POST", "SSZ"];
/** Longest time for an answer where one does not come, milliseconds; all others come sooner. */
const SHORT = 2_000;

/** What a node does, and what becomes of a report: nothing worse where no error is named. */
interface Behaviour {
  readonly ways: readonly Way[];
  readonly state?: Partial<ServedState> | ((slot: bigint) => Partial<ServedState>);
  readonly arrange?: (server: BeaconServer, way: Way) => void;
  readonly timeout?: number;
  readonly error?: string | Readonly<Record<Way, string>>;
}

/** Nodes whose answers differ, but mean the same. */
const UNDERSTOOD: Record<string, Behaviour> = {
  "answers as the specification says": { ways: BOTH },
  "has no block in the slot and answers 404, as all do": { ways: BOTH, state: (slot) => ({ blockSlot: slot - 3n }) },
  "has no block in the slot and answers with the one before": {
    ways: BOTH,
    state: (slot) => ({ blockSlot: slot - 3n }),
    arrange: (server) => {
      const headers = "/eth/v1/beacon/headers/";
      const served = server.answers.get(headers);
      changeAnswer(server, headers, (answer, question) => {
        if (typeof answer !== "object" || !("status" in answer) || typeof served !== "function") return answer;
        return served({ ...question, path: question.path.replace(/\d+$/, (slot) => `${BigInt(slot) - 3n}`) });
      });
    },
  },
  ...Object.fromEntries(
    [400, 404, 405, 501].map((status): [string, Behaviour] => [
      `knows validators by GET alone and answers a POST with ${status}`,
      {
        ways: ["POST"],
        arrange: (server) => {
          changeAnswer(server, VALIDATORS, (served, { method }) => (method === "POST" ? refusal(status) : served));
        },
      },
    ]),
  ),
  "finds a whole state by its slot alone, as Prysm": {
    ways: ["SSZ"],
    arrange: (server) => {
      changeAnswer(server, STATE, (served, { path }) => (/\/\d+$/.test(path) ? served : refusal(404)));
    },
  },
  "compresses what it answers, as behind a proxy": {
    ways: BOTH,
    arrange: (server, way) => {
      changeAnswer(server, RECORDS[way], packed);
    },
  },
  "tells the length of a state": {
    ways: ["SSZ"],
    arrange: (server) => {
      changeAnswer(server, STATE, (served) => {
        const bytes = bytesOf(served);
        return sszAnswer(bytes, { "content-length": `${bytes.length}`, "eth-execution-optimistic": "false" });
      });
    },
  },
  "writes the queue as SSZ where that is taken, as Lodestar": {
    ways: ["POST"],
    arrange: (server) => {
      changeAnswer(server, QUEUE, (served) => sszAnswer(queueBytes(served)));
    },
  },
  "does not say whether blocks are verified": {
    ways: ["POST"],
    arrange: (server) => {
      for (const part of [VALIDATORS, QUEUE])
        changeAnswer(server, part, (served) => ({ json: { ...jsonOf(served), execution_optimistic: undefined } }));
    },
  },
  "adds fields that are not in the specification": {
    ways: ["POST"],
    arrange: (server) => {
      const more = { added: { by: "a later version" } };
      changeAnswer(server, VALIDATORS, (served) =>
        withRows(served, (row) => ({ ...row, ...more, validator: { ...row.validator, ...more } })),
      );
    },
  },
  "writes hexadecimal in capitals": {
    ways: ["POST"],
    arrange: (server) => {
      const capitals = (hex: unknown) => String(hex).toUpperCase().replace("0X", "0x");
      changeAnswer(server, VALIDATORS, (served) =>
        withRows(served, ({ validator, ...row }) => {
          const { pubkey, withdrawal_credentials: credentials } = validator;
          const written = { pubkey: capitals(pubkey), withdrawal_credentials: capitals(credentials) };
          return { ...row, validator: { ...validator, ...written } };
        }),
      );
    },
  },
};

/** Nodes that cannot be believed, or not asked. */
const REFUSED: Record<string, Behaviour> = {
  "has no endpoint for the queue, as before Electra": {
    ways: ["POST"],
    arrange: (server) => server.answers.set(QUEUE, refusal(404)),
    error: "with HTTP status 404",
  },
  "sends a queue in SSZ that is cut off": {
    ways: ["POST"],
    arrange: (server) => {
      changeAnswer(server, QUEUE, (served) => sszAnswer(queueBytes(served).subarray(0, -1)));
    },
    error: "pending deposits end in the middle of one of 192 bytes (got 191 bytes)",
  },
  "sends an empty queue in SSZ of a fork that is not known": {
    ways: ["POST"],
    arrange: (server) => server.answers.set(QUEUE, sszAnswer(Buffer.alloc(0), { "eth-consensus-version": "gloas" })),
    error: "(got gloas)",
  },
  "writes a queue that is none": {
    ways: ["POST"],
    arrange: (server) => {
      changeAnswer(server, QUEUE, (served) => ({ json: { ...jsonOf(served), data: [{ pubkey: "0x12" }] } }));
    },
    error: "data[0].pubkey, which does not fit (expected 48 bytes in hexadecimal)",
  },
  "gives no whole states, as where the debug API is off": {
    ways: ["SSZ"],
    arrange: (server) => server.answers.set(STATE, refusal(404)),
    error: "/eth/v2/debug/beacon/states/",
  },
  "H79 leaves out a validator that it has": {
    ways: ["POST"],
    arrange: (server) => {
      changeAnswer(server, VALIDATORS, (served) => {
        const json = jsonOf(served);
        return { json: { ...json, data: (json.data as unknown[]).slice(1) } };
      });
    },
    error: "key has neither a validator nor the pool's deposit in the queue",
  },
  "H79 has a state without one of the validators": {
    ways: BOTH,
    state: { validators: [] },
    error: "key has neither a validator nor the pool's deposit in the queue",
  },
  "H79 names a status that nobody knows": {
    ways: ["POST"],
    arrange: (server) => {
      changeAnswer(server, VALIDATORS, (served) => withRows(served, (row) => ({ ...row, status: "unknown" })));
    },
    error: "data[0].status, which does not fit",
  },
  "answers with the whole registry, whatever it is asked": {
    ways: ["POST"],
    arrange: (server) => {
      changeAnswer(server, VALIDATORS, (served) => {
        const json = jsonOf(served);
        const [row] = json.data as { validator: object }[];
        const stranger = { ...row, validator: { ...row?.validator, pubkey: `0x${"8b".repeat(48)}` } };
        return { json: { ...json, data: [...(json.data as unknown[]), stranger] } };
      });
    },
    error: "tells of a validator that nobody asked for, or twice of one",
  },
  "writes numbers as numbers": {
    ways: ["POST"],
    arrange: (server) => {
      changeAnswer(server, VALIDATORS, (served) =>
        withRows(served, (row) => ({ ...row, balance: Number(row.balance) })),
      );
    },
    error: "data[0].balance, which does not fit (Invalid input: expected string, received number)",
  },
  "has another state root than its block": {
    ways: BOTH,
    arrange: (server) => server.answers.set("/root", { json: { data: { root: `0x${"77".repeat(32)}` } } }),
    error: "contradicts itself on slot",
  },
  "follows blocks that its execution client has not verified": {
    ways: BOTH,
    arrange: (server, way) => {
      changeAnswer(server, RECORDS[way], (served) =>
        way === "POST"
          ? { json: { ...jsonOf(served), execution_optimistic: true } }
          : sszAnswer(bytesOf(served), { "eth-execution-optimistic": "true" }),
      );
    },
    error: "by blocks that its execution client has not verified yet",
  },
  "sends a page, as of a proxy": {
    ways: BOTH,
    arrange: (server, way) => server.answers.set(RECORDS[way], htmlPage()),
    error: { POST: "which is not JSON", SSZ: "in another form than application/octet-stream (got text/html)" },
  },
  "sends whole states as JSON alone": {
    ways: ["SSZ"],
    arrange: (server) => server.answers.set(STATE, { json: { version: "fulu", data: {} } }),
    error: "in another form than application/octet-stream (got application/json)",
  },
  "sends a state of a fork that is not known": {
    ways: ["SSZ"],
    arrange: (server) => {
      changeAnswer(server, STATE, (served) => sszAnswer(bytesOf(served), { "eth-consensus-version": "gloas" }));
    },
    error: "is of a fork whose rules are not known here, as those of electra and fulu are (got gloas)",
  },
  "does not say of which fork a state is": {
    ways: ["SSZ"],
    arrange: (server) => {
      changeAnswer(server, STATE, (served) => sszAnswer(bytesOf(served), { "eth-consensus-version": "" }));
    },
    error: "is of a fork whose rules are not known here",
  },
  "sends a state of another fork than it says": {
    ways: ["SSZ"],
    arrange: (server) => {
      changeAnswer(server, STATE, (served) => sszAnswer(bytesOf(served), { "eth-consensus-version": "electra" }));
    },
    error: "beacon state is not one of electra",
  },
  "sends the state of another slot": {
    ways: ["SSZ"],
    arrange: (server) => {
      changeBytes(server, (bytes) => bytes.writeBigUInt64LE(bytes.readBigUInt64LE(SLOT_AT) + 1n, SLOT_AT));
    },
    error: "sends a state of another slot than",
  },
  "sends the state of another chain": {
    ways: ["SSZ"],
    arrange: (server) => {
      changeBytes(server, (bytes) => bytes.fill(1, SLOT_AT - 32, SLOT_AT));
    },
    error: "sends a state of another chain, whose genesis validators root is 0x",
  },
  "sends the state behind another block": {
    ways: ["SSZ"],
    arrange: (server) => {
      // The body root of its header, behind the fork and the header's other fields.
      changeBytes(server, (bytes) => bytes.fill(1, SLOT_AT + 8 + 16 + 80, SLOT_AT + 8 + 16 + 112));
    },
    error: "sends a state of another block than 0x",
  },
  "sends half of a state as if that were all": {
    ways: ["SSZ"],
    arrange: (server) => {
      changeAnswer(server, STATE, (served) => sszAnswer(bytesOf(served).subarray(0, 1_000_000)));
    },
    error: "beacon state is not one of fulu: ",
  },
  "breaks off in the middle": {
    ways: BOTH,
    arrange: (server, way) => {
      changeAnswer(server, RECORDS[way], (served) =>
        way === "POST" ? "break off" : { ...halfOf(bytesOf(served)), then: "break off" },
      );
    },
    error: "breaks off in the middle of an answer",
  },
  "stops in the middle": {
    ways: BOTH,
    timeout: SHORT,
    arrange: (server, way) => {
      changeAnswer(server, RECORDS[way], (served) =>
        way === "POST"
          ? { bytes: Buffer.from('{"data":['), headers: { "content-type": "application/json" }, then: "stall" }
          : { ...halfOf(bytesOf(served)), then: "stall" },
      );
    },
    error: `does not answer within ${SHORT / 1_000} seconds`,
  },
  "sends more than there can be": {
    ways: BOTH,
    arrange: (server, way) => {
      const endless = { "content-length": `${2 ** 31}` };
      server.answers.set(
        RECORDS[way],
        way === "POST"
          ? { bytes: Buffer.alloc(17 * 2 ** 20, " "), headers: { "content-type": "application/json" } }
          : {
              ...halfOf(Buffer.alloc(1_000)),
              headers: { ...halfOf(Buffer.alloc(0)).headers, ...endless },
              then: "stall",
            },
      );
    },
    error: { POST: "answers more than 16777216 bytes", SSZ: "answers more than 1073741824 bytes" },
  },
  "sends elsewhere": {
    ways: BOTH,
    arrange: (server, way) =>
      server.answers.set(RECORDS[way], { status: 302, text: "", location: "http://127.0.0.1:1/" }),
    error: "with HTTP status 302",
  },
  "is asked too often": {
    ways: BOTH,
    arrange: (server, way) => server.answers.set(RECORDS[way], refusal(429)),
    error: "with HTTP status 429 (got no such thing): wait a while",
  },
  "is out of order for a while": {
    ways: BOTH,
    arrange: (server, way) => server.answers.set(RECORDS[way], refusal(503)),
    error: "with HTTP status 503 (got no such thing): wait until the node is in order",
  },
};

/** Where a state has its slot, behind genesis time and genesis validators root. */
const SLOT_AT = 40;

function queueBytes(served: BeaconAnswer): Buffer {
  const { PendingDeposits } = ssz.electra;
  return Buffer.from(PendingDeposits.serialize(PendingDeposits.fromJson(jsonOf(served).data)));
}

function refusal(status: number) {
  return { status, json: { code: status, message: "no such thing" } };
}

function htmlPage() {
  const bytes = Buffer.from("<html><body>Bad gateway</body></html>");
  return { bytes, headers: { "content-type": "text/html" } };
}

function halfOf(bytes: Buffer) {
  const headers = { "content-type": "application/octet-stream", "eth-consensus-version": "fulu" };
  return { bytes: bytes.subarray(0, bytes.length / 2), headers: { ...headers, "content-length": `${bytes.length}` } };
}

function changeBytes(server: BeaconServer, change: (bytes: Buffer) => unknown): void {
  changeAnswer(server, STATE, (served) => {
    const bytes = bytesOf(served);
    change(bytes);
    return sszAnswer(bytes);
  });
}

describe("observe, by beacon nodes of all kinds", () => {
  const server = useBeaconServer();
  const suite = useSuite(deployObserved);

  const collect = async (way: Way, { state = {}, arrange, timeout }: Behaviour) => {
    const { ceremony, refSlot } = suite();
    const validators = [0, 1, 2].map((position) => validatorAt(ceremony, position, { balanceGwei: 32_000_000_007n }));
    const changed = typeof state === "function" ? state(refSlot) : state;
    await serveSuite(server(), suite(), refSlot, { validators, pendingDeposits: [pendingAt(ceremony, 3)], ...changed });
    arrange?.(server(), way);
    const node = new BeaconNode({ url: beaconUrl(server().url, "beacon-node"), field: "beacon-node", timeout });
    const stateFromKeys = way === "SSZ" ? 1 : undefined;
    return observe(await connectObserved(suite()), node, refSlot, { stateFromKeys });
  };

  for (const [title, behaviour] of Object.entries(UNDERSTOOD))
    for (const way of behaviour.ways)
      it(`${way}: understands one that ${title}`, async () => {
        const { report, keys } = await collect(way, behaviour);
        const { ceremony, refSlot } = suite();
        expect(report).to.deep.include({ refSlot, validatorsGwei: 96_000_000_021n, pendingGwei: 32_000_000_000n });
        expect(report).to.include({ stakedKeys: 4n, activeKeys: 4n, exitingKeys: 0n, exitedKeys: 0n, lostKeys: 0n });
        const validators = [0, 1, 2].map((i) => validatorAt(ceremony, i, { balanceGwei: 32_000_000_007n }));
        const indices = way === "SSZ" ? [0n, 1n, 2n] : [100n, 101n, 102n];
        expect(keys.slice(0, 3).map(({ validator }) => validator)).to.deep.equal(
          validators.map((validator, i) => ({ ...validator, index: indices[i] })),
        );
        const asked = server().asked.filter(({ path }) => path.includes(way === "SSZ" ? VALIDATORS : STATE));
        expect(asked, "asked the other way").to.have.lengthOf(0);
      });

  for (const [title, behaviour] of Object.entries(REFUSED))
    for (const way of behaviour.ways)
      it(`${way}: refuses one that ${title}`, async () => {
        const error: unknown = await collect(way, behaviour).catch((caught: unknown) => caught);
        expect(error).to.be.instanceOf(FieldError);
        const { error: expected = "" } = behaviour;
        expect((error as FieldError).message).to.contain(typeof expected === "string" ? expected : expected[way]);
      });
});
