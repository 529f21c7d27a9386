"""Kill what a killed supervisor leaves: the grandchildren that no death signal reaches.

Reads "+PID" and "-PID" lines, each PID the leader of a session. The supervisor holds the other
end of the pipe, so the end of the stream means that it is gone, however it died. The argument is
how many seconds the programs have to end by themselves.
"""

import os
import signal
import sys
import time
from collections.abc import Iterable


def watched_until_the_end(lines: Iterable[str]) -> set[int]:
    """Return the process groups that were still registered when the stream ended."""
    groups: set[int] = set()
    for line in lines:
        number = int(line[1:])
        (groups.add if line[0] == "+" else groups.discard)(number)
    return groups


def alive(group: int) -> bool:
    """Say whether any process of the group is left."""
    try:
        os.killpg(group, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def main() -> None:
    """Watch, then let the groups finish what their death signal asked for, then insist."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
    groups = watched_until_the_end(sys.stdin)
    deadline = time.monotonic() + float(sys.argv[1])
    while any(map(alive, groups)) and time.monotonic() < deadline:
        time.sleep(0.05)
    for group in filter(alive, groups):
        os.killpg(group, signal.SIGKILL)


if __name__ == "__main__":
    main()
