"""Where the frozen program starts. Owns nothing but the order: multiprocessing's helpers, then a newer version, the program or a check."""

import multiprocessing
import sys


def main() -> int:
    """The program's exit status."""
    multiprocessing.freeze_support()  # shared memory's tracker starts this very program again
    arguments = sys.argv[1:]
    if arguments[:1] == ["selftest"]:
        from app import selftest

        return selftest.main(arguments[1:])
    if arguments[:1] == ["--preparing"]:
        from app import preparing

        return preparing.main()
    if arguments[:1] not in (
        ["--engine-worker"],
        ["--card-worker"],
        ["rollout"],
        ["audit"],
        ["diagnostics"],
    ):  # the window; not a child process, not a check
        from app.launcher import Versions, hand_over, launch, notice
        from app.paths import DeskPaths
        from app.version import VERSION

        paths = DeskPaths.of(arguments)
        launched = launch(Versions(paths.data, VERSION, notice=notice), arguments, hand_over)
        if launched is not None:
            return launched
    from app.__main__ import main as run

    return run(arguments)


if __name__ == "__main__":
    sys.exit(main())
