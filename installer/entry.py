"""Where the frozen program starts. Owns nothing but the order: helpers of multiprocessing first, then the program or its self-test."""

import multiprocessing
import sys


def main() -> int:
    """The program's exit status."""
    multiprocessing.freeze_support()  # shared memory's tracker starts this very program again
    arguments = sys.argv[1:]
    if arguments[:1] == ["selftest"]:
        from app import selftest

        return selftest.main(arguments[1:])
    from app.__main__ import main as run

    return run(arguments)


if __name__ == "__main__":
    sys.exit(main())
