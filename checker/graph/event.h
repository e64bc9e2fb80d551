// event: one event of an execution graph.
#ifndef HOLDFAST_CHECKER_GRAPH_EVENT_H_
#define HOLDFAST_CHECKER_GRAPH_EVENT_H_

#include <cstdint>

#include "checker/graph/clock.h"
#include "checker/graph/request.h"

namespace holdfast::checker::graph {

// An event's number is its stamp: events are numbered in the order in which they were added.
using event_id = std::uint16_t;
inline constexpr event_id no_event = 0xffff;

//   wakes_up  a futex sleep is over: reads the write of the queue that took the sleeper off
//   gave_way  the thread would have updated what another thread has updated; it waits for something that follows from that (reads_from)
enum class event_kind : std::uint8_t { read, write, fence, choice, wakes_up, gave_way, start, join };

// What a request is made of. A request of several events performs them in this order; the last one that it needs gives the reply.
enum class phase : std::uint8_t {
  only,         // load, store, fence, construct, destroy, choose, start, join; the read of an update
  write_part,   // the write of an update; of the word that a wake_op changes, which is its last
  compare,      // wait, requeue: the read of the word; wake_op: of the word that it changes
  queue_read,   // wait, wake, requeue, wake_op: the read of the kernel's queue
  pick,         // wake, requeue, wake_op: which waiter
  queue_write,  // what it makes of it
  decide,       // wait: how the sleep is to end
  leave_read,   // wait: the sleeper leaves by itself; dequeue: or finds itself taken off
  leave_write,
  sleep,  // wait: somebody took the sleeper off the queue
};

struct event {
  event_kind kind = event_kind::read;
  phase part = phase::only;
  std::uint8_t thread = 0;
  std::uint8_t index = 0;  // in the thread, from 1
  order memory_order = order::relaxed;
  bool plain = false;      // a fence: the kernel's own, as it begins to look at what a dead thread leaves
  bool exclusive = false;  // the read or write of a read-modify-write
  bool fails = false;      // a weak compare-exchange that failed on an equal value
  bool is_sc = false;      // takes part in the order of the sequentially consistent operations
  bool apart = false;      // a comparison that is not made under the lock of the kernel's queue
  bool dead = false;       // a write that ends an object
  bool empty = false;      // a write that leaves an object uninitialised
  bool is_half = false;    // the thread's next event is done with it, and is kept where it is kept: a wake_op's write of the queue
  location_id location = 0;
  event_id previous = no_event;     // in the thread
  event_id reads_from = no_event;   // read, wakes_up, gave_way
  event_id updates = no_event;      // the write of a read-modify-write: what its read read
  event_id next_reader = no_event;  // read: a list of the location's reads, the newest first
  event_id co_previous = no_event;  // write
  event_id co_next = no_event;      // write
  std::uint16_t rank = 0;           // write: place in coherence order
  node_id at = no_node;             // the request that it is part of
  node_id after = no_node;          // where the thread is when the request is done; no_node: it is not
  std::uint64_t value = 0;          // read, written or chosen; start, join: a set of threads, a bit for each
  clock hb;                         // happens before it, and itself
  clock porf;                       // program order and reads-from before it, and itself; and what the graph keeps under it
  clock released;                   // write: what an acquire of it learns
  clock pending;                    // what an acquire fence after it learns
  clock fenced;                     // what a write after it releases because of a fence
};

}  // namespace holdfast::checker::graph

#endif  // HOLDFAST_CHECKER_GRAPH_EVENT_H_
