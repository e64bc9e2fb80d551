// mcs_mutex_protocol: the steps of impl/mcs_mutex.h, which says what they guarantee.
//
//     tail        the last node of the queue, or null: nobody owns the mutex. The first node is the owner's
//     node.next   the node behind it, or null: there is none, or it is not linked yet
//     node.state  waiting, parked, granted, given_up or gone
//
//     state \ step   enqueue behind a node [L3,L4]   give up looking [L6]   deadline [L9]   come back [B1]   the one before unlocks [U5]
//     out, any       waiting                         --                     --              --               --
//     waiting        --                              parked, then sleep     --              --               granted
//     parked         --                              --                     given_up        --               granted, then wake [U6]
//     given_up       --                              --                     --              waiting          granted, then gone [U7]
// A node is out of the queue when its thread unlocks, or when it is gone.
//
// I1: the owner's node is the first of the queue, or those before it are being passed over; tail is null exactly if nobody owns the mutex.
// I2: a node that is not the first becomes granted exactly once, by the thread whose node is before it or that passes over the one before.
// I3: a thread sleeps on its node's state => the state is parked, or the unlocker that granted it still owes the wake.
// I4: a node that was granted while given_up is used by the unlocker alone until it is gone, and by its thread alone from then on.
//
// Memory order: the owner publishes its section with U2 or U5 (release) to L2, T2, L5, L6, L8 (acquire). L2 is release too, and so is L4,
// so that whoever follows a link finds the node as its thread left it. Giving up and coming back publish nothing: they only decide, each by
// one step, what U5 finds. U7 (release) hands a node back to its thread, B2 and B3 (acquire). A futex call orders nothing.
#ifndef HOLDFAST_IMPL_MCS_MUTEX_PROTOCOL_H_
#define HOLDFAST_IMPL_MCS_MUTEX_PROTOCOL_H_

#include "impl/platform.h"
#include "impl/word/mcs_word.h"

namespace holdfast {

template <class P>
concept mcs_platform =
    has_load<P> && has_store<P> && has_exchange<P> && has_compare_exchange<P> && has_wait<P> && has_wake<P> && has_spinner<P>;

template <mcs_platform Platform, unsigned Spin>
class mcs_mutex_protocol {
  using word = typename Platform::word;
  using flag = typename Platform::flag;
  using spinner = typename Platform::spinner;

 public:
  // A thread's place in the queue. Not copied, not moved: others know its address.
  class node {
   public:
    constexpr node() noexcept = default;
    node(const node&) = delete;
    node& operator=(const node&) = delete;

   private:
    friend mcs_mutex_protocol;
    typename Platform::template atomic<node*> next{mcs_word::next, nullptr};
    typename Platform::template atomic<word> state{mcs_word::state, mcs_word::waiting};
  };

 protected:
  using deadline = typename Platform::deadline;

  // Makes the node the only one of the queue, if there is none.
  flag take(node& mine) noexcept {
    // [T1] relaxed: T2 publishes it.
    mine.next.store(nullptr, order::relaxed, "T1");
    node* nobody = nullptr;
    // [T2] acquire and release: as L2. Else: mutant t2_relaxed races. failure relaxed: nothing is read under a failed try.
    return tail_.compare_exchange_strong(nobody, &mine, order::acq_rel, order::relaxed, "T2");
  }

  // Puts the node at the end of the queue. The one before it, or null: the caller owns the mutex.
  [[gnu::always_inline]] node* enqueue(node& mine) noexcept {
    // [L1] relaxed: L2 publishes it.
    mine.next.store(nullptr, order::relaxed, "L1");
    // [L2] acquire: reads U2's write, so that the last owner's section is visible, or that of the node before, which L4 may then write.
    //      release: publishes the node, so that the next L4 comes after L1. Else: mutant l2_relaxed races.
    return tail_.exchange(&mine, order::acq_rel, "L2");
  }

  [[gnu::cold, gnu::noinline]] void await_grant(node& mine, node& before) noexcept {
    link(mine, before);
    static_cast<void>(await_turn(mine, deadline::never()));
  }

  static void link(node& mine, node& before) noexcept {
    // [L3] relaxed: L4 publishes it.
    mine.state.store(mcs_word::waiting, order::relaxed, "L3");
    // [L4] release: so that U5 writes the state after L3. Else: mutant l4_relaxed loses a wake-up.
    before.next.store(&mine, order::release, "L4");
  }

  // True: the mutex was granted. False: the deadline has passed, and the node is left.
  static bool await_turn(node& mine, const deadline& until) noexcept {
    for (spinner spin(Spin, until, pace::brisk); spin.again();) {
      // [L5] acquire: reads U5's write, so that the last owner's section is visible. Else: mutant l5_relaxed races.
      if (mcs_word::is_granted(mine.state.load(order::acquire, "L5"))) return true;
    }
    word w = mcs_word::waiting;
    // [L6] relaxed: says that the thread may sleep, so that U5 owes a wake. Else: mutant l6_lost_state does not reach the situation.
    //      failure acquire: as L5; the mutex was granted. Else: mutant l6_failure_relaxed races.
    if (!mine.state.compare_exchange_strong(w, mcs_word::parked, order::relaxed, order::acquire, "L6")) return true;
    do {
      // [L7] sleeps only while the state is parked. Else: mutant l7_never_sleeps does not reach the situation.
      const wait_result why = Platform::wait(mine.state, mcs_word::parked, scope::process_private, until, "L7");
      if (why == wait_result::timed_out && gives_up(mine)) return false;
      // [L8] acquire: as L5. Else: mutant l8_relaxed races.
    } while (!mcs_word::is_granted(mine.state.load(order::acquire, "L8")));
    return true;
  }

  // For a node that was left. True: it is where it was, and is waited with again. False: it was passed over, and is out of the queue.
  [[gnu::cold, gnu::noinline]] static bool comes_back(node& mine) noexcept {
    word w = mcs_word::given_up;
    // [B1] relaxed: publishes nothing; U5 finds it, and grants the mutex. Else: mutant b1_lost_state spins for ever.
    //      failure relaxed: await_gone() reads it again.
    if (mine.state.compare_exchange_strong(w, mcs_word::waiting, order::relaxed, order::relaxed, "B1")) return true;
    await_gone(mine);
    return false;
  }

  static flag is_left(const node& mine) noexcept {
    // [Q1] relaxed: it is behind another's, whose thread owns the mutex or will before anybody else that comes.
    return flag(mcs_word::is_given_up(mine.state.load(order::relaxed, "Q1")));
  }
  static flag is_gone(const node& mine) noexcept {
    // [Q2] relaxed: B2 or B3 orders what comes next, be it the node's end.
    return flag(mcs_word::is_gone(mine.state.load(order::relaxed, "Q2")));
  }

  // An unlocker passes over the node, and has to find the one behind it. As await_link().
  static void await_gone(node& mine) noexcept {
    const deadline for_ever = deadline::never();
    for (spinner spin(~0u, for_ever, pace::brisk); spin.again();) {
      // [B2] acquire: as B3. Else: mutant b2_relaxed uses what is gone.
      if (mcs_word::is_gone(mine.state.load(order::acquire, "B2"))) return;
    }
    // [B3] acquire: reads U7's write, so that the unlocker has done with the node. Else: mutant b3_relaxed uses what is gone.
    while (!mcs_word::is_gone(mine.state.load(order::acquire, "B3"))) {
    }
  }

  // Passes the mutex on to the next node that was not left, or frees it.
  void release(node& mine) noexcept {
    node* const after = linked_to(mine);
    if (after == nullptr) {
      if (!frees(mine)) release_unlinked(mine);
      return;
    }
    const word was = grant(*after);
    if (!mcs_word::is_waiting(was)) release_slow(*after, was);
  }

  flag is_last(const node& mine) const noexcept {
    // [W1] relaxed: a hint.
    return flag(tail_.load(order::relaxed, "W1") == &mine);
  }

 private:
  static flag gives_up(node& mine) noexcept {
    word w = mcs_word::parked;
    // [L9] relaxed: publishes nothing; U5 finds it, and passes over the node. Else: mutant l9_lost_state spins for ever.
    //      failure relaxed: the mutex was granted meanwhile, as L8 finds.
    return mine.state.compare_exchange_strong(w, mcs_word::given_up, order::relaxed, order::relaxed, "L9");
  }

  // The node behind one whose turn is over, or null: there is none, or it is not linked yet.
  [[gnu::always_inline]] static node* linked_to(node& done) noexcept {
    // [U1] acquire: reads L4's store, so that U5 writes the node after L3. Else: mutant u1_relaxed loses a wake-up.
    return done.next.load(order::acquire, "U1");
  }

  // Whether the node was the last, so that the mutex is free.
  [[gnu::always_inline]] flag frees(node& done) noexcept {
    node* last = &done;
    // [U2] release: publishes the section to L2 and T2. Else: mutant u2_relaxed races. failure relaxed: somebody is about to link.
    return tail_.compare_exchange_strong(last, nullptr, order::release, order::relaxed, "U2");
  }

  // What the node's state was. If its thread had not given up, this is the last access to it.
  [[gnu::always_inline]] static word grant(node& after) noexcept {
    // [U5] release: publishes the section to L5, L6 and L8. Else: mutant u5_relaxed races.
    return after.state.exchange(mcs_word::granted, order::release, "U5");
  }

  // The thread behind has put itself into the queue, and has two writes to go. The spinner lets it run if it has to share the processor;
  // a limit that takes an hour is none.
  static node* await_link(node& mine) noexcept {
    const deadline for_ever = deadline::never();
    for (spinner spin(~0u, for_ever, pace::brisk); spin.again();) {
      // [U3] acquire: as U1. Else: mutant u3_relaxed loses a wake-up.
      if (node* const after = mine.next.load(order::acquire, "U3")) return after;
    }
    for (;;) {
      // [U4] acquire: as U1. Else: mutant u4_relaxed loses a wake-up.
      if (node* const after = mine.next.load(order::acquire, "U4")) return after;
    }
  }

  [[gnu::cold, gnu::noinline]] void release_unlinked(node& mine) noexcept {
    node* const after = await_link(mine);
    release_slow(*after, grant(*after));
  }

  // The first node has been granted the mutex, and was in that state. Those that gave up are passed over.
  [[gnu::cold, gnu::noinline]] void release_slow(node& first, word was) noexcept {
    node* after = &first;
    while (mcs_word::is_given_up(was)) {
      node* const left = after;
      after = linked_to(*left);
      if (after == nullptr && !frees(*left)) after = await_link(*left);
      // [U7] release: the last access to the node, after all others, for B2 and B3. Else: mutant u7_relaxed uses what is gone.
      left->state.store(mcs_word::gone, order::release, "U7");
      if (after == nullptr) return;
      was = grant(*after);
    }
    // [U6] pays the wake that parked owes; the node may be gone. Else: mutant u6_dropped loses a wake-up.
    if (mcs_word::is_parked(was)) Platform::wake(after->state, 1, scope::process_private, "U6");
  }

  typename Platform::template atomic<node*> tail_{mcs_word::tail, nullptr};
};

}  // namespace holdfast

#endif  // HOLDFAST_IMPL_MCS_MUTEX_PROTOCOL_H_
