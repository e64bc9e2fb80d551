"""The libraries Holdfast takes from the system, each as a repository of its own.

`@fmt//:fmt`, `@z3//:z3` and so on: the target has the repository's name. bazel/packages.txt has the
Debian packages that bring them, bazel/<name>.BUILD says how each is linked.
"""

_LIBRARIES = [
    "absl",
    "benchmark",
    "cli11",
    "fmt",
    "googletest",
    "nlohmann_json",
    "nsync",
    "relacy",
    "seccomp",
    "z3",
    "zlib",
]

def holdfast_repositories():
    """Declares every system library. A project that loads defs.bzl calls this in its WORKSPACE.

    The compiler finds the headers under /usr/include without help. The libraries list them all the
    same: a change of package rebuilds what depends on it, and a missing package is an error that
    names the library's BUILD file rather than one in the middle of a compilation.
    """
    for name in _LIBRARIES:
        native.new_local_repository(
            name = name,
            build_file = "@holdfast//bazel:%s.BUILD" % name,
            path = "/usr/include",
        )
