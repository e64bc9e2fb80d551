"""model_test and proof_test: checks as Bazel tests.

    load("@holdfast//bazel:defs.bzl", "model_test")

    model_test(
        name = "ticket_model",
        srcs = ["ticket_model.cc"],
        shard_count = 4,
        deps = [":ticket"],
    )

The test passes if every verdict is the expected one. bazel-testlogs holds its JUnit report
(test.xml) and, in outputs.zip, one JSON record per scenario or obligation.
"""

_MAIN = Label("//checker/cli:test_main")

def _registered_library(name, srcs, deps, kwargs):
    # alwayslink: what the sources register is referred to by nothing.
    native.cc_library(
        name = name,
        testonly = kwargs.get("testonly", False),
        srcs = srcs,
        alwayslink = True,
        copts = kwargs.pop("copts", []),
        visibility = ["//:__subpackages__"],
        deps = deps,
    )

def model_test(
        name,
        srcs,
        deps = [],
        shard_count = None,
        size = "medium",
        tags = [],
        long = False,
        **kwargs):
    """Explores every scenario and mutant that srcs register.

    Declares, besides the test `name`:
      name + "_scenarios"  the cc_library of srcs, for a binary that shows several models together
      name + "_long"       with long = True: the test of the scenarios marked `long`

    Args:
      name: the lock's stem and "_model".
      srcs: sources that register scenarios.
      deps: the lock, its specification, a checker's platform.
      shard_count: shards explore disjoint parts of the same trees, also on different machines.
      size: as for cc_test, of the test without the long scenarios.
      tags: added to `model`; the long test has `long` as well.
      long: whether srcs hold scenarios marked `long`.
      **kwargs: copts for srcs; anything else is for the tests (data, env, timeout, ...).
    """
    scenarios = name + "_scenarios"
    _registered_library(scenarios, srcs, deps, kwargs)
    native.cc_test(
        name = name,
        size = size,
        shard_count = shard_count,
        tags = ["model"] + tags,
        deps = [scenarios, _MAIN],
        **kwargs
    )
    if long:
        kwargs.pop("timeout", None)
        native.cc_test(
            name = name + "_long",
            size = "enormous",
            args = ["--long-only"],
            shard_count = shard_count,
            tags = ["long", "model"] + tags,
            deps = [scenarios, _MAIN],
            **kwargs
        )

def proof_test(
        name,
        srcs,
        deps = [],
        shard_count = None,
        size = "medium",
        tags = [],
        **kwargs):
    """Decides every obligation that srcs register, by Z3 and by cvc5.

    Declares, besides the test `name`:
      name + "_obligations"  the cc_library of srcs, for a binary that shows several proofs together

    Args:
      name: the lock's stem and "_proof".
      srcs: sources that register obligations.
      deps: the lock, its specification, the symbolic platform.
      shard_count: shards decide disjoint sets of obligations.
      size: as for cc_test.
      tags: added to `proof`.
      **kwargs: copts for srcs; anything else is for the test (data, env, timeout, ...).
    """
    obligations = name + "_obligations"
    _registered_library(obligations, srcs, deps, kwargs)
    native.cc_test(
        name = name,
        size = size,
        args = ["--proofs"],
        shard_count = shard_count,
        tags = ["proof"] + tags,
        deps = [obligations, _MAIN],
        **kwargs
    )
