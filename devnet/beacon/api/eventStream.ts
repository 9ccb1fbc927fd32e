import { routes } from "@lodestar/api";
import { computeEpochAtSlot, computeStartSlotAtEpoch } from "@lodestar/state-transition";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";

import { toHex } from "../../../src/units/hex.ts";
import type { BeaconChain, ChainHead } from "../chain.ts";
import type { ApiContext } from "./apiContext.ts";
import { badRequest, unavailable } from "./apiErrors.ts";

type BeaconEvent = routes.events.BeaconEvent;

const { EventType, eventTypes, getDefinitions, getEventSerdes } = routes.events;
const FOLLOWERS = 16;
/** Bytes that wait for a follower that does not read. */
const BACKLOG = 1_024 * 1_024;

/**
 * Serves `/eth/v1/events`. Those that follow the head, blocks and the finalized checkpoint are told of each as it comes;
 * other topics are known, but nothing of them happens here.
 */
export function addEventStream(server: FastifyInstance, { chain, log }: ApiContext): void {
  const followers = new Set<FastifyReply>();
  const { url, method } = getDefinitions(chain.config).eventstream;
  const codec = getEventSerdes(chain.config);
  server.route({
    url,
    method,
    handler: (request, reply) => {
      const topics = topicsOf(request);
      if (followers.size >= FOLLOWERS) throw unavailable(`${FOLLOWERS} others follow events: try again later`);
      open(reply);
      followers.add(reply);
      const end = chain.onHead((head, before) => {
        try {
          for (const event of eventsOf(chain, head, before))
            if (topics.has(event.type)) reply.raw.write(toText(event.type, codec.toJson(event)));
        } catch (err) {
          // The chain goes on whatever becomes of those who follow it.
          log.error({ err, slot: head.slot }, "an event cannot be told: its follower is let go");
          reply.raw.destroy();
        }
        if (reply.raw.writableLength <= BACKLOG) return;
        log.warn({ waiting: reply.raw.writableLength }, "a follower of events does not read them: it is let go");
        reply.raw.destroy();
      });
      reply.raw.once("close", () => {
        end();
        followers.delete(reply);
      });
    },
  });
}

function topicsOf({ query }: FastifyRequest): Set<string> {
  const { topics = [] } = query as { topics?: string | string[] };
  const wanted = [topics].flat();
  const known: readonly string[] = Object.values(eventTypes);
  const unknown = wanted.find((topic) => !known.includes(topic));
  if (unknown !== undefined) throw badRequest(`Invalid topic: ${unknown}; there are ${known.join(", ")}`);
  if (wanted.length === 0) throw badRequest("topics: name at least one");
  return new Set(wanted);
}

/** Sends the head of the answer at once, so that who follows knows that it does. */
function open(reply: FastifyReply): void {
  reply.hijack();
  reply.raw.writeHead(200, {
    "content-type": "text/event-stream",
    "cache-control": "no-cache,no-transform",
    connection: "keep-alive",
  });
  reply.raw.flushHeaders();
}

function toText(type: string, data: unknown): string {
  return `event: ${type}\ndata: ${JSON.stringify(data)}\n\n`;
}

function eventsOf(chain: BeaconChain, head: ChainHead, before: ChainHead): BeaconEvent[] {
  const { slot, state } = head;
  const block = toHex(head.root);
  const epoch = computeEpochAtSlot(slot);
  const dependentRoot = (ofEpoch: number) =>
    toHex(chain.blockRootAt(Math.max(computeStartSlotAtEpoch(ofEpoch) - 1, 0)));
  const events: BeaconEvent[] = [
    { type: EventType.block, message: { slot, block, executionOptimistic: false } },
    {
      type: EventType.head,
      message: {
        slot,
        block,
        state: toHex(state.hashTreeRoot()),
        epochTransition: computeEpochAtSlot(before.slot) < epoch,
        previousDutyDependentRoot: dependentRoot(epoch - 1),
        currentDutyDependentRoot: dependentRoot(epoch),
        executionOptimistic: false,
      },
    },
  ];
  const final = state.finalizedCheckpoint;
  if (final.epoch > before.state.finalizedCheckpoint.epoch) events.push(finalizedEvent(chain, final));
  return events;
}

function finalizedEvent(chain: BeaconChain, { epoch, root }: { epoch: number; root: Uint8Array }): BeaconEvent {
  const stateRoot = chain.blockByRoot(root)?.message.stateRoot ?? chain.genesis.state.hashTreeRoot();
  const message = { block: toHex(root), state: toHex(stateRoot), epoch, executionOptimistic: false };
  return { type: EventType.finalizedCheckpoint, message };
}
